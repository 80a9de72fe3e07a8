import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { LevelRequest, LevelView } from "@/ipc";
import { indexOf, rowAt, rowCount } from "@/features/explorer/tree/segments";
import { Tree } from "@/features/explorer/tree/tree.svelte";
import { open } from "./app";
import { expectAccessible } from "./axe";
import { CITY, explore, hostile, levelOf, LOCAL, node, usualPlaces, type Places } from "./explorer";
import { error, install, stage, type World } from "./mock";

/** The explorer over usual places, changed; the tree has the focus. */
async function opened(change: (world: World, places: Places) => void = () => undefined, hash = "#/explorer") {
  const places = usualPlaces();
  const it = await open((world) => {
    explore(world, places);
    change(world, places);
  }, hash);
  const tree = await screen.findByRole("tree");
  await screen.findByRole("treeitem", { name: /Sample data/ });
  tree.focus();
  return { ...it, places, tree };
}

const names = () =>
  screen.getAllByRole("treeitem").map((item) => item.querySelector(".name, .words")?.firstChild?.textContent ?? "");
const current = () => document.getElementById(screen.getByRole("tree").getAttribute("aria-activedescendant") ?? "");
const item = (name: RegExp | string) => screen.findByRole("treeitem", { name });

describe("the tree", () => {
  it("begins with Local data, opened, and every connection", async () => {
    await opened();
    await waitFor(() =>
      expect(names()).toEqual(["Local data", "Sample data", "parks.gpkg", "With geometry", "bus_stops.csv", "City of Lisbon"]),
    );
    expect((await item(/Local data/)).getAttribute("aria-selected")).toBe("true");
    await expectAccessible();
  });

  it("asks for one level at a time, and only when it is opened", async () => {
    const { world, user } = await opened();
    const asked = () => world.called("tree_level").map(({ request }) => (request as LevelRequest).path.join("/"));
    expect(asked()).toEqual([""]);
    await user.click(await item(/City of Lisbon/));
    await user.click(await item(/cadastre/));
    await item(/buildings/);
    expect(asked()).toEqual(["", "", "cadastre"]);
    await user.click(await item(/cadastre/));
    await waitFor(() => expect(names()).not.toContain("buildings"));
    await user.click(await item(/cadastre/));
    await item(/buildings/);
    expect(asked()).toEqual(["", "", "cadastre"]);
  });

  it("groups a schema, what has a geometry first, with counts and nothing hidden", async () => {
    const { user } = await opened();
    await user.click(await item(/City of Lisbon/));
    await user.click(await item(/cadastre/));
    await item(/buildings/);
    const shown = names();
    const inside = shown.slice(shown.indexOf("cadastre") + 1, shown.indexOf("public"));
    expect(inside).toEqual([
      ...["With geometry", "buildings", "parcels", "parcels_now"],
      ...["Without geometry", "owners", "fees"],
      ...["Views", "fees_by_year", "Materialised views", "totals", "Foreign tables", "archive"],
    ]);
    const group = screen.getAllByRole("treeitem", { name: /^With geometry/ }).find((one) => one.ariaLevel === "3") as HTMLElement;
    expect(group.textContent).toContain("3");
    expect(within(await item(/^parcels ?, Partitioned table/)).getByText("~4.2 M")).toBeTruthy();
    expect(within(await item(/^owners/)).getByText("310 K")).toBeTruthy();
    await user.click(group);
    await waitFor(() => expect(names()).not.toContain("buildings"));
    await expectAccessible();
  });

  it("tells a screen reader where each row stands", async () => {
    const { user } = await opened();
    await user.click(await item(/City of Lisbon/));
    await user.click(await item(/cadastre/));
    const row = await item(/^owners/);
    const says = (name: string) => row.getAttribute(`aria-${name}`);
    expect([says("level"), says("setsize"), says("posinset"), says("expanded")]).toEqual(["4", "2", "1", null]);
    const schema = await item(/public/);
    expect(["level", "setsize", "posinset", "expanded"].map((name) => schema.getAttribute(`aria-${name}`))).toEqual([
      "2",
      "6",
      "2",
      "false",
    ]);
  });

  it("is moved in with the arrows, Home, End and letters, and opened with Enter", async () => {
    const { user } = await opened();
    expect(current()?.textContent).toContain("Local data");
    await user.keyboard("{End}");
    expect(current()?.textContent).toContain("City of Lisbon");
    await user.keyboard("{ArrowRight}");
    await item(/cadastre/);
    await user.keyboard("{ArrowRight}");
    expect(current()?.textContent).toContain("cadastre");
    await user.keyboard("{ArrowRight}");
    await item(/buildings/);
    await user.keyboard("pa");
    expect(current()?.textContent).toContain("parcels");
    await user.keyboard("{ArrowLeft}");
    expect(current()?.textContent).toContain("With geometry");
    await user.keyboard("{ArrowLeft}");
    await waitFor(() => expect(names()).not.toContain("buildings"));
    await user.keyboard("{ArrowRight}{ArrowDown}{Enter}");
    expect(await screen.findByRole("heading", { name: "buildings" })).toBeTruthy();
    expect(screen.getByRole("tree")).toBe(document.activeElement);
    await user.keyboard("{Home}");
    expect(current()?.textContent).toContain("Local data");
  });

  it("shows names as the text that they are", async () => {
    const { user } = await opened();
    await user.click(await item(/City of Lisbon/));
    await user.click(await item(/^public/));
    await waitFor(() => expect(names()).toEqual(expect.arrayContaining(hostile)));
    expect(document.querySelector("script")).toBeNull();
    const row = screen
      .getAllByRole("treeitem")
      .find((one) => one.textContent?.includes(hostile[0] ?? "") && one.ariaLevel === "4");
    if (row) await user.click(row);
    await screen.findByRole("heading", { name: hostile[0] });
    await expectAccessible();
  });

  it("says in place why a level failed, leaves the rest as it is, and tries again", async () => {
    let broken = true;
    const { user, world } = await opened((w, places) => {
      w.handlers.tree_level = ({ request }) => {
        const { connection, path } = request as LevelRequest;
        if (path[0] === "cadastre" && broken) throw error({ kind: "permission", what: "You may not look into cadastre." });
        return levelOf(places, connection, path);
      };
    });
    await user.click(await item(/City of Lisbon/));
    await user.click(await item(/^cadastre/));
    const line = await item(/You may not look into cadastre/);
    expect(names()).toEqual(expect.arrayContaining(["Sample data", "public", "transport"]));
    expect(screen.getByRole("alert").textContent).toContain("You may not look into cadastre");
    await expectAccessible();
    broken = false;
    await user.click(within(line).getByRole("button", { name: "Try again", hidden: true }));
    await item(/buildings/);
    expect(world.called("tree_level")).toHaveLength(4);
  });

  it("shows the stages of connecting, and stops at once when cancelled", async () => {
    const { user, world } = await opened((w, places) => {
      w.handlers.tree_level = ({ request, stages }) => {
        const { connection, path } = request as LevelRequest;
        if (connection === LOCAL) return levelOf(places, connection, path);
        const hear = stages as { onmessage: (event: unknown) => void };
        hear.onmessage(stage("resolve", "done", 3));
        hear.onmessage(stage("reach", "started"));
        return new Promise<LevelView>(() => undefined);
      };
    });
    await user.click(await item(/City of Lisbon/));
    const panel = await screen.findByRole("region", { name: "Connecting to City of Lisbon" });
    await expectAccessible();
    await user.click(within(panel).getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText(/Nothing is running any more/)).toBeTruthy();
    const { run } = (world.called("tree_level").at(-1)?.request as LevelRequest) ?? {};
    expect(world.called("run_cancel")).toEqual([{ run }]);
    expect((await item(/City of Lisbon/)).getAttribute("aria-expanded")).toBe("false");
  });

  it("says that a level is empty, how old it is, and refreshes it by hand", async () => {
    const { user, world, tree } = await opened();
    await user.click(await item(/City of Lisbon/));
    await user.click(await item(/transport/));
    expect(await item(/Nothing that you can see is in here/)).toBeTruthy();
    expect(within(await item(/transport/)).getByTitle(/2 h ago/)).toBeTruthy();
    tree.focus();
    await user.keyboard("{F5}");
    await waitFor(() =>
      expect(world.called("tree_level").at(-1)).toMatchObject({ request: { path: ["transport"], refresh: true } }),
    );
  });

  it("shows more of a level as it becomes known, and keeps what is open in it", async () => {
    const key = JSON.stringify([CITY]);
    const { user, world, places } = await opened((_, all) => all.known.set(key, 2));
    await user.click(await item(/City of Lisbon/));
    expect(await item(/2 so far, more are loading/)).toBeTruthy();
    await user.click(await item(/^public/));
    await waitFor(() => expect(names()).toContain(hostile[0]));
    // A schema that sorts before it becomes known: it moves, and stays open.
    places.known.delete(key);
    places.put(CITY, [], [node(["aaa"], "schema"), ...places.at(CITY, [])]);
    world.news?.onmessage({ news: "level", connection: CITY, path: [] });
    await item(/aaa/);
    await waitFor(() => expect(names()[names().indexOf("public") + 1]).toBe("With geometry"));
    await waitFor(() => expect(screen.queryByText(/more are loading/)).toBeNull());
  });

  it("shows system schemas of one connection when asked to", async () => {
    const { user, world } = await opened();
    await user.click(await item(/City of Lisbon/));
    await item(/cadastre/);
    const row = within(await item(/City of Lisbon/));
    await user.click(row.getByRole("button", { name: "More", hidden: true }));
    await user.click(await screen.findByText("Show system schemas", { selector: "[role=menuitem] *" }));
    await waitFor(() => expect(world.called("tree_level").at(-1)).toMatchObject({ request: { system: true, path: [] } }));
  });
});

describe("100,000 siblings", () => {
  const many = (places: Places) => {
    const all = Array.from({ length: 100_000 }, (_, n) =>
      node(["cadastre", `t${String(n).padStart(6, "0")}`], "table", { spatial: true }),
    );
    places.put(CITY, ["cadastre"], all);
  };

  it("are drawn only where they are seen, and fetched part by part", async () => {
    const { user, world } = await opened((_, places) => many(places));
    await user.click(await item(/City of Lisbon/));
    await user.click(await item(/cadastre/));
    await item(/t000000/);
    expect(screen.getAllByRole("treeitem").length).toBeLessThan(60);
    expect(world.called("tree_nodes")).toHaveLength(0);
    await user.keyboard("{End}{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}");
    expect(await item(/t099999/)).toBeTruthy();
    expect(screen.getAllByRole("treeitem").length).toBeLessThan(60);
    const asked = world.called("tree_nodes").map(({ request }) => request as { offset: number; limit: number });
    expect(asked.length).toBeLessThan(4);
    expect(asked.every(({ limit }) => limit <= 500)).toBe(true);
    expect((await item(/t099999/)).getAttribute("aria-posinset")).toBe("100000");
  });

  it("are one entry in the list of rows", async () => {
    const places = usualPlaces();
    many(places);
    install((world) => explore(world, places));
    const tree = new Tree();
    await tree.load();
    await tree.openLevel(tree.level(CITY, []));
    await tree.reveal(CITY, ["cadastre", "t000003"]);
    expect(tree.segments.length).toBeLessThan(10);
    expect(rowCount(tree.segments)).toBe(100_000 + 2 + 6 + 1);
    for (const at of [0, 1, 5, 50_000, 100_002]) {
      const row = rowAt(tree.segments, at);
      expect(row && indexOf(tree.segments, row)).toBe(at);
    }
    expect(tree.cursor).toMatchObject({ kind: "node", index: 3 });
  });
});

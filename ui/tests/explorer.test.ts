import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { HitView, RootsView, TableView } from "@/ipc";
import { marked } from "@/features/explorer/search/options";
import { bytes, compact, crsWords, rowsWords } from "@/features/explorer/words";
import { open } from "./app";
import { expectAccessible } from "./axe";
import { CITY, described, explore, facts, LOCAL, node, usualPlaces, type Places } from "./explorer";
import { error, type World } from "./mock";

async function opened(hash: string, change: (world: World, places: Places) => void = () => undefined) {
  const places = usualPlaces();
  const it = await open((world) => {
    explore(world, places);
    change(world, places);
  }, hash);
  return { ...it, places };
}

const at = (id: string, kind: string, ...path: string[]) => `#/explorer/${[id, kind, ...path].map(encodeURIComponent).join("/")}`;
const parcels = at(CITY, "partitioned_table", "cadastre", "parcels");
const heading = (name: string) => screen.findByRole("heading", { name });
const read = async (clipboard: () => Promise<string>) => clipboard();

describe("words", () => {
  it("tell sizes and counts as they are", () => {
    expect([0, 999, 1000, 1_234_567, 99_950_000, 42e9].map(bytes)).toEqual([
      "0 bytes",
      "999 bytes",
      "1.0 kB",
      "1.2 MB",
      "100 MB",
      "42 GB",
    ]);
    expect([9_999, 310_022, 4_215_000].map(compact)).toEqual(["9,999", "310 K", "4.2 M"]);
    expect(rowsWords({ rows: 4_215_000, exact: true })).toBe("4,215,000");
    expect(rowsWords({ rows: 4_215_000, exact: false })).toBe("about 4.2 M");
    expect(crsWords({ kind: "epsg", code: 4326 })).toBe("EPSG:4326");
  });

  it("mark what was searched for, whatever the case, and nothing that is not there", () => {
    expect(marked("Parcels", "PAR")).toEqual(["", "Par", "cels"]);
    expect(marked("roads", "x")).toEqual(["", "", "roads"]);
    expect(marked("İstanbul", "stan")).toEqual(["", "", "İstanbul"]);
  });
});

describe("the place", () => {
  it("is reached by the rail and by Ctrl+2, and is as it was left", async () => {
    const { user, world } = await opened("#/connections");
    await user.click(within(screen.getByRole("navigation")).getByRole("button", { name: "Data Explorer" }));
    expect(await heading("Local data")).toBeTruthy();
    await user.click(await screen.findByRole("treeitem", { name: /City of Lisbon/ }));
    await screen.findByRole("treeitem", { name: /cadastre/ });
    await user.keyboard("{Control>}1{/Control}");
    expect(location.hash).toBe("#/connections");
    const asked = world.called("tree_level").length;
    await user.keyboard("{Control>}2{/Control}");
    expect(await heading("City of Lisbon")).toBeTruthy();
    expect(await screen.findByRole("treeitem", { name: /cadastre/ })).toBeTruthy();
    expect(world.called("tree_level")).toHaveLength(asked);
  });

  it("has the keys in the tree, on what was opened from the list", async () => {
    const { user } = await opened("#/connections");
    (await screen.findByRole("button", { name: "City of Lisbon" })).focus();
    await user.keyboard("{Enter}");
    await screen.findByRole("treeitem", { name: /cadastre/ });
    const tree = screen.getByRole("tree");
    await waitFor(() => expect(document.activeElement === tree).toBe(true));
    await waitFor(() =>
      expect(document.getElementById(tree.getAttribute("aria-activedescendant") ?? "")?.textContent).toContain("City of Lisbon"),
    );
  });

  it("says why the connections could not be read, and tries again", async () => {
    let broken = true;
    const { user } = await opened("#/explorer", (world) => {
      const usual = world.handlers.explorer_roots;
      world.handlers.explorer_roots = (args, w) => {
        if (broken) throw error({ kind: "store", what: "The connections could not be read." });
        return usual?.(args, w);
      };
    });
    expect((await screen.findByRole("alert")).textContent).toContain("could not be read");
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await heading("Local data")).toBeTruthy();
  });

  it("folds the tree away, moves its edge by the arrows, and brings it back for a search", async () => {
    const { user } = await opened(parcels);
    await heading("parcels");
    const line = screen.getByRole("separator", { name: "Width of the tree" });
    const before = Number(line.getAttribute("aria-valuenow"));
    line.focus();
    await user.keyboard("{ArrowRight}");
    expect(Number(line.getAttribute("aria-valuenow"))).toBe(before + 24);
    await user.click(screen.getByRole("button", { name: "Hide the tree" }));
    expect(screen.queryByRole("tree")).toBeNull();
    await expectAccessible();
    await user.keyboard("/");
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("Search names"));
  });
});

describe("the search", () => {
  it("looks through everything that was seen, as one types, and opens with Enter", async () => {
    const { user, world } = await opened("#/explorer");
    await screen.findByRole("tree");
    await user.keyboard("/");
    await user.keyboard("parc");
    const list = await screen.findByRole("listbox", { name: "Found" });
    await waitFor(() => expect(within(list).getAllByRole("option")).toHaveLength(2));
    expect(screen.getByText(/2 names found, among \d+ seen/)).toBeTruthy();
    const [first] = within(list).getAllByRole("option");
    expect(first?.textContent).toContain("cadastre");
    expect(first?.querySelector("mark")?.textContent).toBe("parc");
    expect(world.called("tree_search_server")).toEqual([]);
    await expectAccessible();
    await user.keyboard("{ArrowDown}{Enter}");
    expect(await heading("parcels_now")).toBeTruthy();
    await user.keyboard("{Escape}");
    const row = await screen.findByRole("treeitem", { name: /parcels_now/ });
    expect(row.getAttribute("aria-selected")).toBe("true");
  });

  it("finds connections too, and drops a late answer to an older text", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((go) => (release = go));
    const { user } = await opened("#/explorer", (world) => {
      const usual = world.handlers.tree_search;
      world.handlers.tree_search = async (args, w) => {
        if (args.text === "c") await held;
        return usual?.(args, w);
      };
    });
    await screen.findByRole("tree");
    await user.keyboard("/");
    await user.keyboard("city");
    await waitFor(() => expect(screen.getAllByRole("option").map((o) => o.textContent?.trim())).toEqual(["City of Lisbon"]));
    release();
    await new Promise((go) => setTimeout(go));
    expect(screen.getAllByRole("option")).toHaveLength(1);
    await user.keyboard("{Enter}");
    expect(await heading("City of Lisbon")).toBeTruthy();
  });

  it("asks a server that can search when asked to, says so, and can be stopped", async () => {
    const far: HitView = { connection: CITY, connection_name: "City of Lisbon", node: node(["far", "zebra_crossings"]) };
    let wait = true;
    const { user, world } = await opened(at(CITY, "connection"), (w) => {
      w.handlers.tree_search_server = () => (wait ? new Promise(() => undefined) : { items: [far], total: 1, among: 0 });
    });
    await screen.findByRole("treeitem", { name: /cadastre/ });
    await screen.findByText("Read-only by the server");
    await user.keyboard("/");
    await user.keyboard("zebra");
    await user.click(await screen.findByRole("option", { name: "Search on the server of City of Lisbon" }));
    expect(await screen.findByText("City of Lisbon is searching…")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    const { run } = world.called("tree_search_server")[0] ?? {};
    expect(world.called("run_cancel")).toEqual([{ run }]);
    wait = false;
    await user.click(await screen.findByRole("option", { name: "Search on the server of City of Lisbon" }));
    await waitFor(() => expect(screen.getAllByRole("option")[0]?.textContent).toContain("zebra_crossings"));
    expect(screen.getByText("City of Lisbon found 1.")).toBeTruthy();
  });
});

describe("the header", () => {
  it("tells what a table is, how true its count is, and copies its name and a SELECT", async () => {
    const { user } = await opened(parcels);
    await heading("parcels");
    const shown = [
      "Partitioned table",
      "about 4.2 M, estimated",
      "1.8 GB",
      "MultiPolygon · EPSG:3763",
      "9 h ago",
      "Read-only by the server",
    ];
    for (const words of shown) expect(await screen.findByText(words)).toBeTruthy();
    await user.click(screen.getByText("2 details"));
    expect(screen.getByText("list (district)")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Copy name" }));
    expect(await read(() => navigator.clipboard.readText())).toBe('"cadastre"."parcels"');
    await user.click(screen.getByRole("button", { name: "Copy SELECT" }));
    expect(await read(() => navigator.clipboard.readText())).toContain("LIMIT 100");
  });

  it("is accessible, and asks again when refreshed; what was seen stays when that fails", async () => {
    const { user, world } = await opened(parcels);
    await heading("parcels");
    await screen.findByText("Read-only by the server");
    await expectAccessible();
    world.handlers.table_describe = () => {
      throw error({ kind: "network", what: "The server did not answer." });
    };
    await user.click(screen.getByRole("button", { name: /Refresh/ }));
    expect(world.called("table_describe").at(-1)).toMatchObject({ refresh: true });
    expect(await screen.findByText("This is what was seen before. The server did not answer.")).toBeTruthy();
    expect(screen.getByText("about 4.2 M, estimated")).toBeTruthy();
  });

  it("says that a table was dropped meanwhile", async () => {
    await opened(at(CITY, "table", "cadastre", "nowhere"));
    expect((await screen.findByRole("alert")).textContent).toContain("does not exist any more");
    await expectAccessible();
  });

  it("waits with a way out, and keeps the connection's failure with what mends it", async () => {
    const { user, world } = await opened(parcels, (w) => {
      w.handlers.table_describe = () => {
        throw error({ kind: "auth", what: "The server did not accept the password.", retryable: false });
      };
    });
    const panel = within(await screen.findByRole("alert"));
    expect(panel.getByRole("button", { name: "Edit connection" })).toBeTruthy();
    world.handlers.table_describe = ({ path }) => described(path as string[]);
    await user.click(panel.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("about 4.2 M, estimated")).toBeTruthy();
    expect(world.called("connection_facts")).toHaveLength(1);
  });

  it("warns where changes are allowed, and where only words are looked at", async () => {
    const { user } = await opened(
      at(CITY, "connection"),
      (_, places) => (places.facts = facts({ reading: "parsing", searches: false })),
    );
    expect(await screen.findAllByText("Read-only by parsing")).toHaveLength(2);
    expect(screen.getByText(/Use an account with a read-only role/)).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("tab", { name: "SQL" }));
    expect(screen.getByRole("tab", { name: "SQL" }).getAttribute("aria-selected")).toBe("true");
  });

  it("lets SQL be written though the table could not be looked at", async () => {
    const { user, world } = await opened(at(CITY, "table", "cadastre", "nowhere"));
    await screen.findByRole("alert");
    expect(world.called("connection_facts")).toEqual([]);
    await user.click(screen.getByRole("tab", { name: "SQL" }));
    expect(await screen.findByRole("button", { name: /^Run/ })).toBeTruthy();
    expect(world.called("connection_facts")).toHaveLength(1);
  });

  it("of a connection beyond those listed is found by its name", async () => {
    const { user } = await opened("#/connections", (world) => {
      const usual = world.handlers.explorer_roots;
      world.handlers.explorer_roots = async (args, w) => {
        const view = (await usual?.(args, w)) as RootsView;
        return args.search === "" ? { items: view.items.slice(0, 1), total: view.total } : view;
      };
    });
    await user.click(await screen.findByRole("button", { name: "City of Lisbon" }));
    expect(await heading("City of Lisbon")).toBeTruthy();
    expect(await screen.findByRole("treeitem", { name: /cadastre/ })).toBeTruthy();
  });

  it("shows the tabs of a table, moved between by the arrows", async () => {
    const { user } = await opened(parcels);
    await heading("parcels");
    screen.getByRole("tab", { name: "Data" }).focus();
    await user.keyboard("{ArrowRight}");
    expect(document.activeElement?.textContent).toBe("Columns");
    expect(await screen.findByRole("table", { name: "Columns" })).toBeTruthy();
    expect(screen.getAllByRole("tab").map((tab) => tab.textContent)).toEqual(["Data", "Columns", "SQL"]);
  });
});

describe("local data", () => {
  it("lists the files, what can be added, and the samples", async () => {
    const { user } = await opened("#/explorer");
    await heading("Local data");
    const table = within(await screen.findByRole("table"));
    for (const words of ["parks.gpkg", "GeoPackage", "18 MB", "/home/ana/maps"]) expect(table.getByText(words)).toBeTruthy();
    expect(screen.getByText(/never copied and never changed/)).toBeTruthy();
    await user.click(await screen.findByRole("button", { name: /^Sample data/ }));
    expect(await heading("countries")).toBeTruthy();
  });

  it("adds a file that was chosen, and shows it", async () => {
    const { user, world } = await opened("#/explorer");
    await heading("Local data");
    await user.click(screen.getAllByRole("button", { name: "Add files" })[0] as HTMLElement);
    await user.click(await screen.findByText("Files…", { selector: "[role=menuitem] *" }));
    expect(await heading("trees.parquet")).toBeTruthy();
    expect(world.called("local_add_choose")).toMatchObject([{ folder: false }]);
    expect(await screen.findByText("1 file was added.")).toBeTruthy();
    expect(await screen.findByRole("treeitem", { name: /trees.parquet/ })).toBeTruthy();
  });

  it("changes nothing when the chooser is cancelled", async () => {
    const { user, world } = await opened("#/explorer", (w) => (w.handlers.local_add_choose = () => null));
    await screen.findByRole("treeitem", { name: /Sample data/ });
    const asked = world.called("tree_level").length;
    await user.click(screen.getAllByRole("button", { name: "Add files" })[0] as HTMLElement);
    await user.click(await screen.findByText("Folder…", { selector: "[role=menuitem] *" }));
    await waitFor(() => expect(world.called("local_add_choose")).toMatchObject([{ folder: true }]));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(world.called("tree_level")).toHaveLength(asked);
  });

  it("takes what is dropped anywhere on it, and says what was refused and why", async () => {
    const { user, world } = await opened(parcels);
    await heading("parcels");
    world.news?.onmessage({ news: "drag_hover", over: true, x: 1, y: 1 });
    expect(await screen.findByText("Drop to add to Local data")).toBeTruthy();
    world.news?.onmessage({ news: "dropped", x: 1, y: 1, count: 2 });
    const dialog = within(await screen.findByRole("dialog", { name: "1 file was not added" }));
    expect(dialog.getByText("holiday.jpg")).toBeTruthy();
    expect(dialog.getByText(/JPEG picture/)).toBeTruthy();
    await expectAccessible(screen.getByRole("dialog"));
    await user.click(dialog.getAllByRole("button", { name: "Close" })[0] as HTMLElement);
    expect(screen.queryByText("Drop to add to Local data")).toBeNull();
  });

  it("takes a file out of the list, says that the file stays, and goes back", async () => {
    const { user, world } = await opened(at(LOCAL, "file", "parks.gpkg"));
    await heading("parks.gpkg");
    expect(await screen.findByText("/home/ana/maps")).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Remove from Local data" }));
    expect(await screen.findByText(/The file stays where it is/)).toBeTruthy();
    expect(world.called("local_remove")).toEqual([{ id: "f1" }]);
    expect(await heading("Local data")).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("treeitem", { name: /parks/ })).toBeNull());
  });

  it("says of a file why it cannot be read, without hiding the others", async () => {
    const problem = error({ kind: "busy", what: "Another program is writing to this file.", remedy: "Close it and refresh." });
    await opened("#/explorer", (_, places) => {
      places.files.push({ id: "f9", name: "busy.sqlite", folder: "/tmp", format: "SQLite", bytes: null, problem });
    });
    expect(await screen.findByText("Another program is writing to this file.")).toBeTruthy();
    expect(within(screen.getByRole("table")).getByText("parks.gpkg")).toBeTruthy();
    await expectAccessible();
  });
});

describe("a table's view", () => {
  it("of the stand-in holds as many columns as it names", () => {
    const view: TableView = described(["a", "b"]);
    expect(view.columns.map((c) => c.name)).toEqual(view.table.columns.map((c) => c.name));
  });
});

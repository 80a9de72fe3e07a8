import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { costs, share } from "@/features/explorer/columns/figures";
import { open } from "./app";
import { expectAccessible } from "./axe";
import { CITY, column, described, explore, facts, statistics, usualPlaces, type Places } from "./explorer";
import { error, type World } from "./mock";

/** The columns of a table with exactly so many rows. */
async function opened(change: (world: World, places: Places) => void = () => undefined, rows = 10_000) {
  const places = usualPlaces();
  const it = await open((world) => {
    world.handlers.table_describe = ({ path }) => described(path as string[], { rows: { rows, exact: true } });
    change(world, places);
    explore(world, places);
  }, `#/explorer/${CITY}/table/cadastre/buildings`);
  await it.user.click(await screen.findByRole("tab", { name: "Columns" }));
  const table = within(await screen.findByRole("table", { name: "Columns" }));
  await screen.findByText(/Read-only|Changes allowed/);
  return { ...it, places, table };
}
const columnOf = (name: string) => screen.findByRole("button", { name: `Statistics of ${name}` });

describe("shares and costs", () => {
  it("never say none of what is there, nor all of what is not", () => {
    expect([share(0, 10), share(1, 100_000), share(412, 10_000), share(99_999, 100_000), share(5, 5), share(0, 0)]).toEqual([
      "0 %",
      "< 0.1 %",
      "4.1 %",
      "> 99.9 %",
      "100 %",
      "0 %",
    ]);
    expect(costs({ rows: null, billed_bytes: 42e9, planner_cost: null })).toEqual([
      "Scans 42 GB, which your warehouse may bill.",
    ]);
  });
});

describe("the columns", () => {
  it("show type, nullability, key, default and comment", async () => {
    const { table } = await opened();
    const row = within(table.getAllByRole("row")[1] as HTMLElement);
    for (const words of ["gid", "integer", "not null", "Key"]) expect(row.getByText(words)).toBeTruthy();
    expect(table.getByText(/nextval/)).toBeTruthy();
    expect(table.getByText(/As in the land register/)).toBeTruthy();
    expect(screen.getByText("7 columns")).toBeTruthy();
    await expectAccessible();
  });

  it("are found by name", async () => {
    const { user, table } = await opened();
    await user.type(screen.getByRole("textbox", { name: "Filter by name" }), "AR");
    await waitFor(() => expect(table.getAllByRole("row")).toHaveLength(2));
    expect(screen.getByText("1 of 7 columns")).toBeTruthy();
    await user.type(screen.getByRole("textbox", { name: "Filter by name" }), "zz");
    expect(await screen.findByText("No column of that name.")).toBeTruthy();
  });

  it("are drawn only where they are seen when there are 1,600, and moved in with the keys", async () => {
    const columns = Array.from({ length: 1600 }, (_, n) => column(`value_${n + 1}`));
    const { user, table } = await opened((world) => {
      world.handlers.table_describe = ({ path }) => described(path as string[], { columns });
    });
    expect(table.getAllByRole("row").length).toBeLessThan(60);
    (await columnOf("value_1")).focus();
    await user.keyboard("{End}");
    await waitFor(() => expect(document.activeElement?.textContent).toBe("value_1600"));
    expect(table.getAllByRole("row").length).toBeLessThan(60);
  });
});

describe("the statistics of a column", () => {
  it("that were computed before are shown with their age", async () => {
    const { user, world } = await opened((_, places) => places.statistics.set("area", statistics));
    await user.click(await columnOf("area"));
    const panel = within(screen.getByRole("region", { name: "area" }));
    for (const words of ["10,000", "4.1 %", "12.5", "1204.75", "residential", "empty text", "Computed 1 day ago"]) {
      expect((await panel.findAllByText(words)).length).toBeGreaterThan(0);
    }
    expect(panel.getByRole("img", { name: /in 20 equal steps/ })).toBeTruthy();
    expect(within(panel.getByRole("list", { name: "Most frequent" })).getByText("NULL")).toBeTruthy();
    expect(world.called("statistics_compute")).toEqual([]);
    await expectAccessible();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("region", { name: "area" })).toBeNull();
  });

  it("are computed when asked for, at once where that is little work", async () => {
    const { user, world } = await opened();
    await user.click(await columnOf("owner"));
    await user.click(await screen.findByRole("button", { name: "Compute statistics" }));
    expect(await screen.findByText("residential")).toBeTruthy();
    expect(world.called("statistics_estimate")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Compute again" }));
    await waitFor(() => expect(world.called("statistics_compute")).toHaveLength(2));
  });

  it("tell first what they take where that is billed, and wait for a yes", async () => {
    const { user, world } = await opened((w, places) => {
      places.facts = facts({ bills: true });
      w.handlers.statistics_estimate = () => ({ rows: null, billed_bytes: 42e9, planner_cost: null });
    });
    await user.click(await columnOf("owner"));
    await user.click(await screen.findByRole("button", { name: "Compute statistics" }));
    expect(await screen.findByText("Scans 42 GB, which your warehouse may bill.")).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await screen.findByText(/Not computed yet/)).toBeTruthy();
    expect(world.called("statistics_compute")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Compute statistics" }));
    await user.click(await screen.findByRole("button", { name: "Compute" }));
    expect(await screen.findByText("residential")).toBeTruthy();
  });

  it("tell first what they take where the table is large", async () => {
    const { user } = await opened(undefined, 2_000_000);
    await user.click(await columnOf("owner"));
    await user.click(await screen.findByRole("button", { name: "Compute statistics" }));
    expect(await screen.findByText("The planner puts its cost at 128,412.")).toBeTruthy();
  });

  it("are stopped at the server, and tried again after a failure", async () => {
    let work: () => unknown = () => new Promise(() => undefined);
    const { user, world } = await opened((w) => (w.handlers.statistics_compute = () => work()));
    await user.click(await columnOf("owner"));
    await user.click(await screen.findByRole("button", { name: "Compute statistics" }));
    await screen.findByText("Computing…");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(world.called("run_cancel")).toEqual([{ run: world.called("statistics_compute")[0]?.run }]);
    work = () => {
      throw error({ kind: "timed_out", what: "The server took too long.", retryable: true });
    };
    await user.click(await screen.findByRole("button", { name: "Compute statistics" }));
    expect((await screen.findByRole("alert")).textContent).toContain("took too long");
    work = () => statistics;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("residential")).toBeTruthy();
  });

  it("do not exist for every type, which is said", async () => {
    const { user, world } = await opened();
    await user.click(await columnOf("geom"));
    expect(await screen.findByText("Columns of this type have no statistics.")).toBeTruthy();
    expect(world.called("statistics_seen")).toEqual([]);
  });
});

import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import DataTab from "@/features/explorer/grid/DataTab.svelte";
import { pieces } from "@/features/explorer/grid/cells";
import { nextSort, operators } from "@/features/explorer/grid/filters";
import { rowsSaid } from "@/features/explorer/grid/footer";
import { Scale } from "@/features/explorer/grid/scale";
import type { RowsSource } from "@/ipc";
import { escape } from "@/shared/navigation.svelte";
import { expectAccessible } from "./axe";
import { column, columns, held, rowHandlers, RowWorld, tableView, type Held } from "./explorer-rows";
import { error, install, type Handler } from "./mock";

const path = ["public", "cities"];
// jsdom lays nothing out, so what floats counts as hidden there: it is found by its words.

/** In the place of a command; may pass on to the usual one. */
type Instead = (usual: () => unknown) => unknown;

async function open(change: Partial<Held> | ((source: RowsSource) => Partial<Held>) = {}, instead: Record<string, Instead> = {}) {
  const rows = new RowWorld();
  rows.held = (source) => held(typeof change === "function" ? change(source) : change);
  const usual = rowHandlers(rows);
  const replaced = Object.entries(instead).map(([name, other]): [string, Handler] => [
    name,
    (args, w) => other(() => usual[name]?.(args, w)),
  ]);
  const world = install((w) => (w.handlers = { ...usual, ...Object.fromEntries(replaced) }));
  const user = userEvent.setup();
  const shown = render(DataTab, { connection: "c1", path, table: tableView(), active: true });
  return { rows, world, user, shown, grid: () => screen.findByRole("grid") };
}
const cell = (row: number, at: number) =>
  document.querySelector<HTMLElement>(`[role="gridcell"][data-row="${row}"][data-at="${at}"]`)!;
const header = (at: number) => document.querySelector<HTMLElement>(`[role="columnheader"][data-column="${at}"]`)!;
const there = (row: number, at: number) => waitFor(() => expect(cell(row, at)).toBeTruthy()).then(() => cell(row, at));
const here = () =>
  [document.activeElement?.getAttribute("data-row"), document.activeElement?.getAttribute("data-at")].map(Number);
/** Where the last request of rows began, in which order and with which conditions. */
const source = (world: ReturnType<typeof install>) =>
  world.called("rows_open").at(-1)?.source as Extract<RowsSource, { from: "table" }>;
const three: Partial<Held> = { rows: 3, columns: columns.slice(0, 3), row: (n) => [`${n + 1}`, ["a", "", null][n] ?? null, "7"] };

describe("the grid", () => {
  it("draws only what is seen of many rows, and says how many there are", async () => {
    const { grid } = await open({ rows: 100_000, batch: 100_000 });
    expect((await grid()).getAttribute("aria-rowcount")).toBe("100001");
    expect((await grid()).getAttribute("aria-colcount")).toBe("10");
    expect(screen.getAllByRole("row").length).toBeLessThan(80);
    expect(screen.getByText("100,000 rows")).toBeTruthy();
    await expectAccessible();
  });

  it("draws only the columns in sight", async () => {
    const many = Array.from({ length: 300 }, (_, n) => column(`c${n}`, "number", "integer"));
    await open({ columns: many, row: (n) => many.map((_, c) => `${n}.${c}`), rows: 5 });
    await there(0, 0);
    expect(screen.getAllByRole("columnheader").length).toBeLessThan(40);
    expect((await screen.findByRole("grid")).getAttribute("aria-colcount")).toBe("301");
  });

  it("tells NULL, the empty text and the word NULL apart", async () => {
    await open({ ...three, row: (n) => [`${n}`, n === 0 ? null : ["", "NULL"][n - 1]!, "1"] });
    await there(2, 1);
    expect([0, 1, 2].map((row) => cell(row, 1).querySelector("span")?.className.split(" ")[0])).toEqual([
      "null",
      "nothing",
      "value",
    ]);
    expect(cell(1, 1).textContent).toBe("empty text");
  });

  it("shows what cannot be seen as symbols, and keeps hostile text as text in its cell", async () => {
    await open({ ...three, row: (n) => ["1", ["a\nb\tc", "x\u202Eexe", "<b onclick=x>"][n] ?? "", "1"] });
    await there(2, 1);
    expect(cell(0, 1).textContent).toBe("a↵b⇥c");
    expect(cell(1, 1).textContent).toBe("xU+202Eexe");
    expect(cell(2, 1).textContent).toBe("<b onclick=x>");
    expect(cell(2, 1).querySelector("b")).toBeNull();
    expect(cell(1, 1).querySelector(".value")?.getAttribute("dir")).toBe("auto");
    expect(pieces('{\n  "a": 1\n}', "json")).toEqual([{ text: '{ "a": 1 }', mark: false }]);
  });

  it("is moved in with the keys, to the last row and back to the header", async () => {
    const { user } = await open({ rows: 2000, batch: 2000 });
    (await there(0, 0)).focus();
    await user.keyboard("{ArrowDown}{ArrowRight}");
    await waitFor(() => expect(here()).toEqual([1, 1]));
    await user.keyboard("{Control>}{End}{/Control}");
    await waitFor(() => expect(here()).toEqual([1999, 8]));
    expect(document.activeElement?.textContent).toContain("plain");
    await user.keyboard("{Home}{PageUp}");
    await waitFor(() => expect(here()[0]).toBeLessThan(1999));
    await user.keyboard("{Control>}{Home}{/Control}{ArrowUp}");
    await waitFor(() => expect(here()).toEqual([-1, 0]));
    expect(document.activeElement?.getAttribute("role")).toBe("columnheader");
  });

  it("copies the selected block through Rust, with the names when Shift is held", async () => {
    const { user, world } = await open();
    (await there(0, 0)).focus();
    await user.keyboard("{ArrowDown}{Shift>}{ArrowDown}{ArrowRight}{/Shift}");
    await waitFor(() => expect(screen.getByText("2 × 2 selected")).toBeTruthy());
    expect(cell(2, 1).getAttribute("aria-selected")).toBe("true");
    await user.keyboard("{Control>}c{/Control}");
    await waitFor(async () => expect(await navigator.clipboard.readText()).toBe("2\tPonte de Lima\n3\tGöttingen"));
    await user.keyboard("{Control>}{Shift>}c{/Shift}{/Control}");
    await waitFor(async () => expect(await navigator.clipboard.readText()).toBe("id\tname\n2\tPonte de Lima\n3\tGöttingen"));
    expect(world.called("rows_copy").at(-1)?.request).toEqual({ from: 1, to: 3, columns: [0, 1], header: true });
  });

  it("copies no hidden column, and no more rows than Rust gives", async () => {
    const { user, world } = await open({ rows: 300_000, batch: 300_000, columns: columns.slice(0, 3) });
    await there(0, 0);
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(await screen.findByLabelText(/^name/));
    await user.keyboard("{Escape}");
    cell(0, 0).focus();
    await user.keyboard("{Control>}ac{/Control}");
    await waitFor(() =>
      expect(world.called("rows_copy").at(-1)?.request).toEqual({ from: 0, to: 100_000, columns: [0, 2], header: false }),
    );
    expect(screen.getByRole("button", { name: "2 of 3 columns" })).toBeTruthy();
  });

  it("selects with the mouse: a block, a row by its number, a column with Ctrl", async () => {
    const { user } = await open();
    const first = await there(1, 1);
    await user.pointer([
      { keys: "[MouseLeft>]", target: first },
      { target: cell(3, 2) },
      { keys: "[/MouseLeft]", target: cell(3, 2) },
    ]);
    await waitFor(() => expect(screen.getByText("3 × 2 selected")).toBeTruthy());
    await user.pointer({ keys: "[MouseLeft]", target: document.querySelector('[data-number="4"]')! });
    await waitFor(() => expect(screen.getByText("1 × 9 selected")).toBeTruthy());
    await user.keyboard("{Control>}");
    await user.click(header(2));
    await user.keyboard("{/Control}");
    await waitFor(() => expect(screen.getByText("40 × 1 selected")).toBeTruthy());
  });

  it("opens the whole value beside it and goes back with Escape", async () => {
    const { user } = await open();
    (await there(0, 6)).focus();
    await user.keyboard("{Enter}");
    const panel = await screen.findByRole("region", { name: "The whole value" });
    await waitFor(() => expect(panel.querySelector("pre")?.textContent).toContain('"rank": 0,\n'));
    await waitFor(() => expect(document.activeElement).toBe(panel));
    await expectAccessible();
    escape();
    await waitFor(() => expect(screen.queryByRole("region", { name: "The whole value" })).toBeNull());
    await waitFor(() => expect(here()).toEqual([0, 6]));
  });

  it("makes columns wider and narrower by keys, and by dragging their edge", async () => {
    const { user } = await open();
    await there(0, 0);
    header(1).focus();
    const width = () => Number.parseInt(header(1).style.width);
    const before = width();
    await user.keyboard("{Alt>}{ArrowRight}{ArrowRight}{ArrowLeft}{/Alt}");
    await waitFor(() => expect(width()).toBe(before + 16));
    const edge = header(1).querySelector<HTMLElement>(".edge")!;
    edge.setPointerCapture = () => undefined;
    await user.pointer([
      { keys: "[MouseLeft>]", target: edge, coords: { clientX: 100 } },
      { target: edge, coords: { clientX: 140 } },
      { keys: "[/MouseLeft]", target: edge, coords: { clientX: 140 } },
    ]);
    await waitFor(() => expect(width()).toBe(before + 56));
    await user.dblClick(edge);
    await waitFor(() => expect(width()).toBe(before));
  });
});

describe("order and conditions", () => {
  it("are asked of the source: pressing a header, with Shift for several", async () => {
    const { user, world, rows } = await open();
    await there(0, 0);
    await user.click(header(1));
    await waitFor(() => expect(source(world).sort).toEqual([{ column: "name", descending: false }]));
    await waitFor(() => expect(header(1).getAttribute("aria-sort")).toBe("ascending"));
    await user.click(header(1));
    await user.keyboard("{Shift>}");
    await user.click(header(2));
    await user.keyboard("{/Shift}");
    const both = [
      { column: "name", descending: true },
      { column: "population", descending: false },
    ];
    await waitFor(() => expect(source(world).sort).toEqual(both));
    await user.click(header(1));
    await waitFor(() => expect(source(world).sort).toEqual([]));
    // Only the newest rows stay open.
    await waitFor(() => expect(rows.open.size).toBe(1));
  });

  it("go round: smallest first, largest first, none", () => {
    const up = nextSort([], "a", false);
    const down = nextSort(up, "a", false);
    expect([up, down, nextSort(down, "a", false)]).toEqual([
      [{ column: "a", descending: false }],
      [{ column: "a", descending: true }],
      [],
    ]);
    expect(nextSort(down, "b", true)).toHaveLength(2);
    expect(nextSort(down, "b", false)).toEqual([{ column: "b", descending: false }]);
  });

  it("offer what fits the kind of a column", () => {
    expect(operators("text")[0]).toBe("contains");
    expect(operators("number")).not.toContain("contains");
    expect(operators("geometry")).toEqual(["null", "not_null"]);
  });

  it("are set in a column's menu, shown, and taken away", async () => {
    const { user, world } = await open((from) => (from.from === "table" && from.filter.length ? { rows: 2 } : {}));
    await there(0, 0);
    await user.click(screen.getByRole("button", { name: "Menu of the column name" }));
    await user.type(await screen.findByLabelText("Value"), "on");
    await expectAccessible();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(source(world).filter).toEqual([{ column: "name", op: "contains", value: "on" }]));
    expect(await screen.findByText("2 rows")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Take away: name contains on" }));
    await waitFor(() => expect(source(world).filter).toEqual([]));
    expect(await screen.findByText("40 rows")).toBeTruthy();
  });

  it("want a value where there must be one", async () => {
    const { user, world } = await open();
    await there(0, 0);
    await user.click(screen.getByRole("button", { name: "Menu of the column population" }));
    await user.click(await screen.findByText("Apply"));
    expect(await screen.findByText("Type a value to compare with.")).toBeTruthy();
    await user.selectOptions(screen.getByLabelText("Comparison"), "is NULL");
    await user.click(screen.getByText("Apply"));
    await waitFor(() => expect(source(world).filter).toEqual([{ column: "population", op: "null", value: "" }]));
  });

  it("say so when no row matches, and clear", async () => {
    const { user } = await open((from) => (from.from === "table" && from.filter.length ? { rows: 0 } : {}));
    await there(0, 0);
    await user.click(screen.getByRole("button", { name: "Menu of the column name" }));
    await user.type(await screen.findByLabelText("Value"), "zzz{Enter}");
    expect(await screen.findByText("No row matches the filter.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Clear the filter" }));
    expect(await screen.findByText("40 rows")).toBeTruthy();
  });

  it("are not offered where the column has none", async () => {
    const { user } = await open();
    await there(0, 0);
    await user.click(screen.getByRole("button", { name: "Menu of the column place" }));
    expect(await screen.findByText("Fit to its values")).toBeTruthy();
    expect(screen.queryByText("Smallest first")).toBeNull();
  });
});

describe("rows that come in parts", () => {
  const scroll = async (row: number) => {
    const box = await screen.findByRole("grid");
    box.scrollTop = row * 28;
    box.dispatchEvent(new Event("scroll"));
  };

  it("are asked for while scrolling, one request at a time", async () => {
    let under = 0;
    let most = 0;
    const rows_part: Instead = async (usual) => {
      most = Math.max(most, ++under);
      await new Promise((go) => setTimeout(go));
      under--;
      return usual();
    };
    const { world } = await open({ rows: 5000, batch: 300, total: { rows: 5000, exact: false } }, { rows_part });
    await there(0, 0);
    for (const row of [180, 400, 700]) {
      await scroll(row);
      await waitFor(() => expect(cell(row, 1)?.textContent).toMatch(/\S/));
    }
    expect(most).toBe(1);
    expect(world.called("rows_part").every((call) => (call.limit as number) <= 500)).toBe(true);
  });

  it("that do not come are said so below what is there, and asked for again", async () => {
    let broken = true;
    const rows_part: Instead = (usual) => (broken ? Promise.reject(error({ what: "The next rows did not come." })) : usual());
    const { user } = await open({ rows: 5000, batch: 200 }, { rows_part });
    await there(0, 0);
    await scroll(190);
    expect((await screen.findByRole("alert")).textContent).toContain("The next rows did not come.");
    expect(cell(190, 0).textContent).toContain("191");
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    await waitFor(() => expect(screen.getByRole("grid").textContent).toContain("205"));
  });
});

describe("opening", () => {
  it("can be cancelled and begun again", async () => {
    let wait = true;
    const { user, world } = await open({}, { rows_open: (usual) => (wait ? new Promise(() => undefined) : usual()) });
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    const run = world.called("rows_open")[0]?.run;
    expect(world.called("run_cancel")).toEqual([{ run }]);
    wait = false;
    await user.click(await screen.findByRole("button", { name: "Show the rows" }));
    expect(await there(0, 0)).toBeTruthy();
  });

  it("that fails tells why in place, with a way to try again", async () => {
    let broken = true;
    const gone = error({ kind: "not_found", what: "The table does not exist any more." });
    const { user } = await open({}, { rows_open: (usual) => (broken ? Promise.reject(gone) : usual()) });
    expect((await screen.findByRole("alert")).textContent).toContain("The table does not exist any more.");
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await there(0, 0)).toBeTruthy();
  });

  it("of another order that fails keeps what is shown, and its order when that is wanted", async () => {
    const { user, world } = await open();
    await there(0, 0);
    world.handlers.rows_open = () => Promise.reject(error({ what: "The connection was lost." }));
    await user.click(header(1));
    expect((await screen.findByRole("alert")).textContent).toContain("The connection was lost.");
    expect(cell(0, 1).textContent).toContain("Lisbon");
    await user.click(screen.getByRole("button", { name: "Keep what is shown" }));
    await waitFor(() => expect(header(1).getAttribute("aria-sort")).toBeNull());
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("waits until it is looked at, and leaving closes the rows at the server", async () => {
    const rows = new RowWorld();
    const world = install((w) => (w.handlers = rowHandlers(rows)));
    const shown = render(DataTab, { connection: "c1", path, table: tableView(), active: false });
    expect(world.called("rows_open")).toEqual([]);
    await shown.rerender({ active: true });
    await there(0, 0);
    await shown.rerender({ active: false });
    expect(rows.closed).toEqual([]);
    shown.unmount();
    await waitFor(() => expect(rows.closed).toEqual([1]));
  });
});

describe("the footer", () => {
  const table: RowsSource = { from: "table", path, columns: null, filter: [], sort: [] };
  const query: RowsSource = { from: "query", sql: "select 1", limit: 10_000, max_bytes: null };
  const so = { fetched: 10_000, complete: false, bounded: false, total: null, source: table };
  it.each([
    ["10,000 of about 4.2 M rows", { ...so, total: { rows: 4_215_000, exact: false } }],
    ["10,000 of 4,215,000 rows", { ...so, total: { rows: 4_215_000, exact: true } }],
    ["10,000 rows so far", so],
    ["10,000 rows so far", { ...so, total: { rows: 900, exact: false } }],
    ["10,000 rows", { ...so, complete: true, total: { rows: 900, exact: false } }],
    ["1 row", { ...so, fetched: 1, complete: true }],
    ["The first 10,000 of about 4.2 M rows", { ...so, bounded: true, total: { rows: 4_215_000, exact: false } }],
    ["The first 10,000 rows; there are more", { ...so, bounded: true }],
    ["10,000 rows, as many as the limit allows; there may be more", { ...so, complete: true, source: query }],
    ["12 rows", { ...so, fetched: 12, complete: true, source: query }],
  ])("says “%s”", (words, known) => expect(rowsSaid(known)).toBe(words));

  it("counts exactly when asked, and can be stopped", async () => {
    let answer: ((count: unknown) => void) | undefined;
    const large = { rows: 5000, batch: 500, total: { rows: 4_000_000, exact: false } };
    const { user, world } = await open(large, { rows_count: () => new Promise((go) => (answer = go)) });
    await user.click(await screen.findByRole("button", { name: "Count exactly" }));
    await user.click(within(screen.getByRole("contentinfo")).getByRole("button", { name: "Cancel" }));
    expect(world.called("run_cancel")).toEqual([{ run: world.called("rows_count")[0]?.run }]);
    await user.click(screen.getByRole("button", { name: "Count exactly" }));
    answer?.({ rows: 5000, exact: true });
    expect(await screen.findByText(/of 5,000 rows$/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Count exactly" })).toBeNull();
  });
});

describe("a height that a web view cannot hold", () => {
  it("is folded, so that the last row is reached", () => {
    const scale = new Scale(10_000_000 * 28, 700);
    expect(scale.height).toBeLessThan(33_554_432);
    expect(scale.place(scale.height - 700)).toBeCloseTo(10_000_000 * 28 - 700, 0);
    expect(new Scale(1_000_000 * 28, 700).place(1234)).toBe(1234);
  });
});

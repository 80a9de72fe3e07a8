import { EditorView } from "@codemirror/view";
import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { parts, tablesIn } from "@/features/explorer/sql/completion";
import { forget } from "@/features/explorer/sql/documents.svelte";
import SqlTab from "@/features/explorer/sql/SqlTab.svelte";
import type { FactsView } from "@/ipc";
import { expectAccessible } from "./axe";
import { factsView, held, ran, rowHandlers, RowWorld, tableView } from "./explorer-rows";
import { error, install, type Handler, type World } from "./mock";

// jsdom lays no text out.
beforeEach(() => {
  forget();
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
});

type Opened = { facts?: Partial<FactsView>; handlers?: Record<string, Handler>; connection?: string; rows?: RowWorld };

async function open({ facts = {}, handlers = {}, connection = "c1", rows = new RowWorld() }: Opened = {}) {
  const world = install((w) => (w.handlers = { ...rowHandlers(rows), ...handlers }));
  const user = userEvent.setup();
  const onwrites = vi.fn();
  const onsaved = vi.fn();
  const props = {
    connection,
    name: "City",
    path: ["public", "cities"],
    facts: factsView(facts),
    table: tableView(),
    active: true,
  };
  const shown = render(SqlTab, { ...props, onwrites, onsaved });
  await screen.findByRole("textbox", { name: "SQL" });
  return { world, user, rows, shown, onwrites, onsaved, props };
}
const view = () => EditorView.findFromDOM(document.querySelector<HTMLElement>(".cm-editor")!)!;
function write(text: string, from = text.length, to = from): void {
  view().dispatch({ changes: { from: 0, to: view().state.doc.length, insert: text }, selection: { anchor: from, head: to } });
  view().focus();
}
const run = (name = "Run") => screen.findByRole("button", { name });
const opened = (world: World) => world.called("rows_open").map((call) => call.source);
const two = "SELECT 1;\n\nSELECT ';' AS a -- b;\nFROM c;";

describe("the editor", () => {
  it("runs the statement at the cursor, or what is selected, and says which", async () => {
    const { world, user } = await open();
    write(two, two.length);
    await user.click(await run("Run statement 2 of 2"));
    await waitFor(() =>
      expect(opened(world)).toEqual([{ from: "query", sql: "SELECT ';' AS a -- b;\nFROM c", limit: 10_000, max_bytes: null }]),
    );
    expect(await screen.findByRole("grid", { name: "Result" })).toBeTruthy();
    write(two, 0, 8);
    await user.click(await run("Run selection"));
    await waitFor(() => expect(opened(world).at(-1)).toMatchObject({ sql: "SELECT 1" }));
    await expectAccessible(document.querySelector("section.sql")!);
  });

  it("runs with Ctrl and Enter, and always with a limit", async () => {
    const { world, user } = await open();
    await user.selectOptions(screen.getByRole("combobox", { name: "At most" }), "1,000 rows");
    write("SELECT 1");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(opened(world)).toEqual([{ from: "query", sql: "SELECT 1", limit: 1000, max_bytes: null }]));
  });

  it("says when there is nothing to run", async () => {
    const { world, user } = await open();
    await user.click(await run());
    expect(await screen.findByText("There is no statement to run.")).toBeTruthy();
    expect(opened(world)).toEqual([]);
  });

  it("keeps the text of each connection, with its undo, when the tab is left", async () => {
    const { shown } = await open();
    write("SELECT 1");
    shown.unmount();
    const other = await open({ connection: "c2" });
    expect(view().state.doc.toString()).toBe("");
    other.shown.unmount();
    await open();
    expect(view().state.doc.toString()).toBe("SELECT 1");
    const { undo } = await import("@codemirror/commands");
    undo(view());
    expect(view().state.doc.toString()).toBe("");
  });

  it("begins with a SELECT of the table that is shown", async () => {
    const { user } = await open();
    await user.click(screen.getByRole("button", { name: "Begin with a SELECT from cities" }));
    expect(view().state.doc.toString()).toBe(tableView().select);
  });
});

describe("before it runs", () => {
  it("looks at the text as it is typed, and tells what it takes", async () => {
    const { world } = await open();
    write("SELECT 1");
    expect(await screen.findByText("Only reads")).toBeTruthy();
    expect(await screen.findByText("about 4.2 M rows")).toBeTruthy();
    expect(world.called("sql_check").at(-1)).toMatchObject({ connection: "c1", sql: "SELECT 1" });
  });

  it("refuses a change where none is allowed, and says why", async () => {
    const problem = error({ kind: "read_only", what: "It would change something.", why: "UPDATE changes rows." });
    const refused = () => ({ verdict: "refused", statements: 1, problem });
    const { world, user } = await open({ handlers: { sql_check: refused } });
    write("UPDATE a SET b = 1");
    expect(await screen.findByText("It would change something. UPDATE changes rows.")).toBeTruthy();
    await user.click(await run());
    expect((await screen.findByRole("alert")).textContent).toContain("UPDATE changes rows.");
    expect([...opened(world), ...world.called("sql_execute")]).toEqual([]);
  });

  it("asks before it scans what is billed, and sends what was agreed to as its bound", async () => {
    const cost = () => ({ rows: null, billed_bytes: 48_300_000_000, planner_cost: null });
    const { world, user } = await open({ facts: { bills: true }, handlers: { sql_estimate: cost } });
    write("SELECT 1");
    await user.click(await run());
    const dialog = await screen.findByRole("alertdialog", { name: "Scan 48 GB?" });
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect(opened(world)).toEqual([]);
    await user.click(await run());
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Run it" }));
    await waitFor(() => expect(opened(world)).toMatchObject([{ max_bytes: 48_300_000_000 }]));
  });
});

describe("a run", () => {
  it("can be cancelled", async () => {
    const { world, user } = await open({ handlers: { rows_open: () => new Promise(() => undefined) } });
    write("SELECT 1");
    await user.click(await run());
    await user.click((await screen.findAllByRole("button", { name: "Cancel" }))[0]!);
    expect(world.called("run_cancel").map((call) => call.run)).toContain(world.called("rows_open")[0]?.run);
    expect(await run()).toBeTruthy();
  });

  it("that fails shows the server's own words, and the last result stays", async () => {
    const { world, user } = await open();
    write("SELECT 1");
    await user.click(await run());
    await screen.findByRole("grid");
    const vendor = { code: "42703", message: 'column "nme" does not exist\n(character 8)' };
    world.handlers.rows_open = () => Promise.reject(error({ what: "Something is not there.", vendor }));
    write("SELECT nme");
    await user.click(await run());
    const panel = await screen.findByRole("alert");
    expect(panel.textContent).toContain("(character 8)");
    expect(panel.querySelector("details")?.open).toBe(true);
    expect(screen.getByRole("grid")).toBeTruthy();
    expect(document.querySelector(".result code")?.textContent).toBe("SELECT 1");
  });

  it("says when the limit cut it", async () => {
    const rows = new RowWorld();
    rows.held = (source) => held({ rows: source.from === "query" ? source.limit : 0, batch: 10_000 });
    const { user } = await open({ rows });
    write("SELECT 1");
    await user.click(await run());
    expect(await screen.findByText(/as many as the limit allows/)).toBeTruthy();
  });
});

describe("changes", () => {
  const verdict = () => ({ verdict: "changes", statements: 1, problem: null });

  it("are off, and allowed only after a yes", async () => {
    const { world, user, onwrites } = await open();
    expect(screen.getByText("Reading only: the server refuses changes in this session.")).toBeTruthy();
    const toggle = screen.getByRole<HTMLInputElement>("switch", { name: "Allow changes" });
    await user.click(toggle);
    const dialog = await screen.findByRole("alertdialog", { name: "Allow changes on City?" });
    expect(toggle.checked).toBe(false);
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Keep reading only"));
    await user.click(within(dialog).getByRole("button", { name: "Allow changes" }));
    await waitFor(() => expect(onwrites).toHaveBeenCalledWith(true));
    expect(world.called("writes_allow")).toEqual([{ connection: "c1", allowed: true }]);
  });

  it("are taken back at once", async () => {
    const { world, user, onwrites } = await open({ facts: { writes_allowed: true } });
    expect(screen.getByText("Changes are allowed on City.")).toBeTruthy();
    await user.click(screen.getByRole("switch", { name: "Allow changes" }));
    await waitFor(() => expect(onwrites).toHaveBeenCalledWith(false));
    expect(world.called("writes_allow")).toEqual([{ connection: "c1", allowed: false }]);
  });

  it("are asked once more, then done, with how many rows", async () => {
    const { world, user } = await open({ facts: { writes_allowed: true }, handlers: { sql_check: verdict } });
    write("UPDATE a SET b = 1");
    await user.click(await run());
    const dialog = await screen.findByRole("alertdialog", { name: "Run this on City?" });
    expect(dialog.textContent).toContain("UPDATE a SET b = 1");
    expect(world.called("sql_execute")).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Run it" }));
    expect(await screen.findByText("12 rows were changed.")).toBeTruthy();
    expect(world.called("sql_execute")).toMatchObject([{ sql: "UPDATE a SET b = 1" }]);
  });

  it("cannot be allowed where there are none, and what protects is told honestly", async () => {
    const { user } = await open({ facts: { writes: false, reading: "parsing" } });
    expect(screen.queryByRole("switch")).toBeNull();
    await user.click(screen.getByRole("button", { name: "More about this" }));
    expect(screen.getByText(/a function may do something by itself/)).toBeTruthy();
    expect(screen.getByText("Safer: connect as a user who may only read.")).toBeTruthy();
  });
});

describe("a result kept as a table", () => {
  async function keep(name: string, facts: Partial<FactsView> = { writes_allowed: true }) {
    const got = await open({ facts });
    write("SELECT 1");
    await got.user.click(await run());
    await got.user.click(await screen.findByRole("button", { name: "Save as table…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Save the result as a table" }));
    if (name) await got.user.type(dialog.getByRole("textbox", { name: "Table name" }), name);
    return { ...got, dialog };
  }

  it("shows what will run, then runs it", async () => {
    const { dialog, user, world, onsaved } = await keep("large");
    expect((dialog.getByRole("textbox", { name: "Schema" }) as HTMLInputElement).value).toBe("public");
    expect(await dialog.findByText(/CREATE TABLE public\.large AS/)).toBeTruthy();
    await user.click(dialog.getByRole("button", { name: "Save table" }));
    await waitFor(() => expect(onsaved).toHaveBeenCalledWith(["public", "large"]));
    expect(world.called("save_as_run")).toMatchObject([{ sql: "SELECT 1", path: ["public", "large"] }]);
  });

  it("never replaces one", async () => {
    const { dialog, user, world } = await keep("cities");
    expect(await dialog.findByText(/never replaced: choose another name/)).toBeTruthy();
    await user.click(dialog.getByRole("button", { name: "Save table" }));
    expect(world.called("save_as_run")).toEqual([]);
  });

  it("wants changes to be allowed first", async () => {
    const { dialog } = await keep("", {});
    expect(dialog.getByText("This connection is for reading only")).toBeTruthy();
    expect(dialog.queryByRole("button", { name: "Save table" })).toBeNull();
  });
});

describe("earlier statements", () => {
  it("are searched, put back and forgotten", async () => {
    const rows = new RowWorld();
    rows.history = [ran(1, "SELECT 1"), ran(2, "SELECT nme", { worked: false, outcome: "Something is not there." })];
    const { user, world } = await open({ rows });
    await user.click(screen.getByRole("button", { name: "History" }));
    const drawer = within(await screen.findByRole("complementary", { name: "Earlier statements" }));
    await expectAccessible(document.querySelector("section.sql")!);
    await user.type(drawer.getByRole("textbox"), "nme");
    await waitFor(() => expect(drawer.getAllByRole("listitem")).toHaveLength(1));
    write("SELECT 2");
    await user.click(drawer.getByText("SELECT nme"));
    expect(view().state.doc.toString()).toBe("SELECT 2;\n\nSELECT nme");
    await user.click(drawer.getByRole("button", { name: "Forget it" }));
    expect(await drawer.findByText("Nothing matches.")).toBeTruthy();
    expect(world.called("history_delete")).toEqual([{ id: 2 }]);
  });

  it("are saved under a name, and a deleted one can be had back", async () => {
    const { user, rows } = await open();
    write("SELECT 1");
    await user.click(await screen.findByRole("button", { name: "Save this query" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Save this query" }));
    await user.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByText("Give the query a name.")).toBeTruthy();
    await user.type(dialog.getByRole("textbox", { name: "Name" }), "First{Enter}");
    await waitFor(() => expect(rows.saved).toMatchObject([{ name: "First", sql: "SELECT 1" }]));
    await user.click(screen.getByRole("button", { name: "Saved queries" }));
    await user.click(await screen.findByRole("button", { name: "Delete First" }));
    await waitFor(() => expect(rows.saved).toEqual([]));
  });
});

describe("completion", () => {
  it("reads dotted and quoted names, and the tables of a statement with their aliases", () => {
    expect(parts('public."City limits".`a`')).toEqual(["public", "City limits", "a"]);
    expect(tablesIn('SELECT * FROM public.roads r JOIN "City limits" AS c ON true WHERE x')).toEqual([
      { path: ["public", "roads"], alias: "r" },
      { path: ["City limits"], alias: "c" },
    ]);
    expect(tablesIn("select * from roads where a = 1")).toEqual([{ path: ["roads"], alias: undefined }]);
  });

  it("asks for the columns of the table behind an alias", async () => {
    const { world } = await open();
    write("SELECT c.na FROM cities c", 11);
    const { startCompletion, currentCompletions } = await import("@codemirror/autocomplete");
    startCompletion(view());
    await waitFor(() => expect(currentCompletions(view().state).map((one) => one.label)).toContain("name"));
    expect(world.called("sql_names")).toContainEqual({ connection: "c1", within: ["public", "cities"], typed: "na" });
  });
});

// The scenes of the SQL tab.
import SqlTab from "@/features/explorer/sql/SqlTab.svelte";
import type { FactsView } from "@/ipc";
import { EditorView } from "@codemirror/view";
import { factsView, held, ran, rowHandlers, RowWorld, tableView } from "../../explorer-rows";
import { error, type World } from "../../mock";
import { press, until, type Scene } from "../scene";
import Stage from "../Stage.svelte";

const two =
  "SELECT name, population\nFROM public.cities -- the large ones\nWHERE population > 100000 AND name <> 'Lisbon';\n\nSELECT count(*) FROM public.countries";

function sql(
  then?: (world: World) => Promise<void> | void,
  facts: Partial<FactsView> = {},
  more?: (world: World, rows: RowWorld) => void,
): Scene {
  return {
    component: Stage,
    props: {
      part: SqlTab,
      props: {
        connection: "c1",
        name: "City of Lisbon",
        path: ["public", "cities"],
        facts: factsView(facts),
        table: tableView(),
        connector: "postgres",
        active: true,
        onwrites: () => undefined,
        onsaved: () => undefined,
      },
    },
    world: (world) => {
      const rows = new RowWorld();
      rows.held = (source) => held({ rows: source.from === "query" ? source.limit : 40, batch: 10_000 });
      rows.history = [
        ran(1, two),
        ran(2, "SELECT count(*) FROM public.cities", { outcome: "1 row" }),
        ran(3, "SELECT nme FROM public.cities", {
          worked: false,
          outcome: "Something that is named here does not exist (any more).",
        }),
        ran(40, "SELECT * FROM public.countries ORDER BY area DESC LIMIT 20", { outcome: "20 rows" }),
      ];
      rows.saved = [
        { id: 1, connection: "c1", name: "Large cities", sql: two, changed_at: Date.now() - 86_400_000 },
        {
          id: 2,
          connection: "c1",
          name: "Countries by area",
          sql: "SELECT * FROM public.countries ORDER BY area DESC",
          changed_at: Date.now() - 9 * 86_400_000,
        },
      ];
      world.handlers = rowHandlers(rows);
      more?.(world, rows);
    },
    then,
  };
}

async function type(text: string, cursor = text.length): Promise<EditorView> {
  const content = await until(() => document.querySelector<HTMLElement>(".cm-content"));
  const view = EditorView.findFromDOM(content)!;
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    selection: { anchor: cursor },
  });
  view.focus();
  return view;
}
const seen = (text: string) => until(() => document.body.textContent?.includes(text));
const run = async (text = two, cursor = 10) => {
  await type(text, cursor);
  const button = await until(() =>
    [...document.querySelectorAll("button")].find((one) => /^Run/.test(one.textContent?.trim() ?? "")),
  );
  button.click();
};
const changes = "UPDATE public.cities SET population = 0 WHERE id = 7";
const allowed = { writes_allowed: true };
const verdict = (world: World) => (world.handlers.sql_check = () => ({ verdict: "changes", statements: 1, problem: null }));

export const scenes: Record<string, Scene> = {
  "sql-empty": sql(),
  sql: sql(async () => {
    await run();
    await seen("as many as the limit allows");
  }),
  "sql-priced": sql(async () => {
    await type(two, two.length);
    await seen("about 4.2 M rows");
  }),
  "sql-complete": sql(async () => {
    const view = await type("SELECT c.na\nFROM public.cities c", 11);
    const { startCompletion } = await import("@codemirror/autocomplete");
    startCompletion(view);
    await until(() => document.querySelector(".cm-tooltip-autocomplete"));
  }),
  "sql-running": sql(
    () => run(),
    {},
    (world) => (world.handlers.rows_open = () => new Promise(() => undefined)),
  ),
  "sql-refused": sql(
    () => run(changes),
    {},
    (world) => {
      const problem = error({
        code: "sql.refused",
        kind: "read_only",
        what: "The statement would change something, and was refused.",
        why: "UPDATE changes rows.",
        remedy: "To change data, turn on Allow changes.",
      });
      world.handlers.sql_check = () => ({ verdict: "refused", statements: 1, problem });
    },
  ),
  "sql-error": sql(
    () => run("SELECT nme FROM public.cities"),
    {},
    (world) => {
      world.handlers.rows_open = () => {
        throw error({
          code: "missing",
          kind: "not_found",
          what: "Something that is named here does not exist (any more).",
          why: 'column "nme" does not exist',
          remedy: "Check the spelling and refresh the list. A name with capitals needs double quotes.",
          vendor: {
            code: "42703",
            message: 'column "nme" does not exist\nPerhaps you meant to reference the column "cities.name".\n(character 8)',
          },
        });
      };
    },
  ),
  "sql-more": sql(() => press("button", "More about this"), { reading: "parsing" }),
  "sql-allow": sql(async () => (await until(() => document.querySelector<HTMLElement>('[role="switch"]'))).click()),
  "sql-allowed": sql(
    () => type(changes).then(() => void seen("Changes data")),
    allowed,
    (world) => void verdict(world),
  ),
  "sql-change": sql(
    () => run(changes),
    allowed,
    (world) => void verdict(world),
  ),
  "sql-changed": sql(
    async () => {
      await run(changes);
      await press("button", "Run it");
    },
    allowed,
    (world) => void verdict(world),
  ),
  "sql-cost": sql(
    () => run(),
    { bills: true },
    (world) => (world.handlers.sql_estimate = () => ({ rows: null, billed_bytes: 48_300_000_000, planner_cost: null })),
  ),
  "sql-history": sql(async () => {
    await run();
    await seen("as many as");
    await press("button", "History");
  }),
  "sql-saved": sql(() => press("button", "Saved queries")),
  "sql-save": sql(async () => {
    await type(two, 10);
    await press("button", "Save this query");
  }),
  "sql-keep": sql(async () => {
    await run();
    await press("button", "Save as table…");
    const input = await until(() => document.querySelector<HTMLInputElement>("#sql-keep-1"));
    input.value = "large_cities";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await seen("CREATE TABLE");
  }, allowed),
  "sql-keep-taken": sql(async () => {
    await run();
    await press("button", "Save as table…");
    const input = await until(() => document.querySelector<HTMLInputElement>("#sql-keep-1"));
    input.value = "cities";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await seen("never replaced");
  }, allowed),
};

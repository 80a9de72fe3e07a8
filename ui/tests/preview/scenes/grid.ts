// The scenes of a table's rows and of their export.
import { tick } from "svelte";
import DataTab from "@/features/explorer/grid/DataTab.svelte";
import type { RowsSource } from "@/ipc";
import { city, column, columns, held, rowHandlers, RowWorld, tableView, type Held } from "../../explorer-rows";
import { error, stage, type World } from "../../mock";
import { press, until, type Scene } from "../scene";
import Stage from "../Stage.svelte";

const NONE = new Promise<never>(() => undefined);
const large: Partial<Held> = { rows: 4_215_000, total: { rows: 4_215_000, exact: false }, batch: 10_000 };

function data(
  change: Partial<Held> = large,
  then?: (world: World) => Promise<void> | void,
  more?: (world: World) => void,
): Scene {
  return {
    component: Stage,
    props: { part: DataTab, props: { connection: "c1", path: ["public", "cities"], table: tableView(), active: true } },
    world: (world) => {
      const rows = new RowWorld();
      rows.held = (source: RowsSource) => {
        const none = source.from === "table" && source.filter.some((one) => one.value === "nowhere");
        return held(none ? { rows: 0, total: null } : change);
      };
      world.handlers = rowHandlers(rows);
      more?.(world);
    },
    then,
  };
}

const cell = (row: number, at: number) =>
  until(() => document.querySelector<HTMLElement>(`[role="gridcell"][data-row="${row}"][data-at="${at}"]`));
const key = async (name: string, change: KeyboardEventInit = {}) => {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...change }));
  await tick();
  await new Promise((go) => setTimeout(go, 20));
};
const at = async (row: number, place: number) => (await cell(row, place)).focus();
const menu = async (name: string) => press("button", `Menu of the column ${name}`);
const filter = async (name: string, value: string) => {
  await cell(0, 0);
  await menu(name);
  const input = await until(() => document.querySelector<HTMLInputElement>('[aria-label="Value"]'));
  input.value = value;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await press("button", "Apply");
  await tick();
};
const gone = () =>
  error({
    code: "missing",
    kind: "not_found",
    what: "The table public.cities does not exist any more.",
    why: "It was dropped or renamed since it was listed.",
    remedy: "Refresh the tree.",
    vendor: { code: "42P01", message: 'relation "public.cities" does not exist' },
  });
const wide = Array.from({ length: 120 }, (_, n) =>
  column(`measure_${n + 1}`, n % 3 ? "number" : "text", n % 3 ? "double precision" : "text"),
);

export const scenes: Record<string, Scene> = {
  grid: data(large, () => at(2, 1)),
  "grid-wait": data(large, undefined, (world) => {
    world.handlers.rows_open = ({ stages }) => {
      (stages as { onmessage: (event: unknown) => void }).onmessage(stage("login", "started"));
      return NONE;
    };
  }),
  "grid-block": data(large, async () => {
    await at(3, 1);
    for (let n = 0; n < 4; n++) await key("ArrowDown", { shiftKey: true });
    for (let n = 0; n < 2; n++) await key("ArrowRight", { shiftKey: true });
  }),
  "grid-value": data(large, async () => {
    await at(1, 6);
    await key("Enter");
    await until(() => document.querySelector("pre"));
  }),
  "grid-menu": data(large, async () => {
    await cell(0, 0);
    await menu("population");
  }),
  "grid-columns": data(large, async () => {
    await cell(0, 0);
    await press("button", "Columns");
  }),
  "grid-filtered": data({ ...large, rows: 812, total: null }, async () => {
    await filter("name", "on");
    await filter("population", "1000");
    (await until(() => document.querySelector<HTMLElement>('[role="columnheader"][data-column="2"]'))).click();
    await tick();
    document
      .querySelector<HTMLElement>('[role="columnheader"][data-column="1"]')
      ?.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }));
  }),
  "grid-none": data({ rows: 0 }),
  "grid-no-match": data(large, () => filter("name", "nowhere")),
  "grid-error": data(large, undefined, (world) => {
    world.handlers.rows_open = () => {
      throw gone();
    };
  }),
  "grid-error-kept": data(large, async (world) => {
    await cell(0, 0);
    world.handlers.rows_open = () => {
      throw error({
        kind: "network",
        what: "The connection to the server was lost.",
        why: "Nothing is heard from it any more.",
        remedy: "Check the network, then try again.",
        retryable: true,
      });
    };
    (await until(() => document.querySelector<HTMLElement>('[role="columnheader"][data-column="1"]'))).click();
  }),
  "grid-part-error": data({ ...large, batch: 200 }, async (world) => {
    await cell(0, 0);
    world.handlers.rows_part = () => {
      throw error({
        kind: "network",
        what: "The next rows did not come.",
        why: "The connection was lost.",
        remedy: "Try again.",
        retryable: true,
      });
    };
    const box = document.querySelector<HTMLElement>('[role="grid"]');
    if (box) box.scrollTop = 200 * 28;
  }),
  "grid-skeleton": data({ ...large, batch: 200 }, async (world) => {
    await cell(0, 0);
    world.handlers.rows_part = () => NONE;
    const box = document.querySelector<HTMLElement>('[role="grid"]');
    if (box) box.scrollTop = 200 * 28;
  }),
  "grid-bounded": data({ ...large, bound: 1000, batch: 1000 }, async () => {
    await at(0, 0);
    await key("End", { ctrlKey: true });
  }),
  "grid-wide": data(
    {
      columns: wide,
      row: (n) => wide.map((one, c) => (one.kind === "number" ? String((n * 31 + c * 7) / 8) : `${city(n)[1]}`)),
      rows: 5000,
      total: { rows: 5000, exact: true },
    },
    async () => {
      await at(4, 0);
      await key("ArrowRight", { ctrlKey: true });
    },
  ),
  // As far as a web view can be scrolled, and ten times that.
  "grid-million": data({ rows: 1_000_000, batch: 1_000_000 }, () => at(0, 1)),
  "grid-folded": data({ rows: 10_000_000, batch: 10_000_000 }, () => at(0, 1)),
  "grid-narrow": data({ columns: columns.slice(0, 2), row: (n) => city(n).slice(0, 2), rows: 3 }),
  export: data(large, () => press("button", "Export…")),
  "export-plain": {
    ...data({ columns: columns.slice(0, 3) }, () => press("button", "Export…")),
    props: {
      part: DataTab,
      props: { connection: "c1", path: ["public", "cities"], table: tableView({}, columns.slice(0, 3)), active: true },
    },
  },
  "export-shown": data({ ...large, rows: 812 }, async () => {
    await filter("name", "on");
    await press("button", "Export…");
    (await until(() => document.querySelector<HTMLElement>('input[value="geo_json"]'))).click();
  }),
  "export-running": data(
    large,
    async () => {
      await press("button", "Export…");
      await press("button", "Choose a file…");
    },
    (world) => {
      const rows = new RowWorld();
      rows.exported = null;
      rows.progress = [{ rows: 1_250_000, total: { rows: 4_215_000, exact: false }, bytes: 96_000_000 }];
      world.handlers.export_run = rowHandlers(rows).export_run!;
    },
  ),
  "export-stop": data(
    large,
    async () => {
      await press("button", "Export…");
      await press("button", "Choose a file…");
      await until(() => document.querySelector("progress"));
      await key("Escape");
    },
    (world) => {
      const rows = new RowWorld();
      rows.exported = null;
      world.handlers.export_run = rowHandlers(rows).export_run!;
    },
  ),
  "export-done": data(large, async () => {
    await press("button", "Export…");
    await press("button", "Choose a file…");
  }),
  "export-failed": data(
    large,
    async () => {
      await press("button", "Export…");
      await press("button", "Choose a file…");
    },
    (world) => {
      world.handlers.export_run = () => {
        throw error({
          code: "store.disk_full",
          kind: "store",
          what: "The file could not be written.",
          why: "There is no space left on the disk.",
          remedy: "Free some space or choose another folder. What was written so far was removed.",
          retryable: true,
        });
      };
    },
  ),
};

// What can be exported from where the person is: everything, or what the grid shows.
import type { ColumnView, Count, RowsSource, TableView } from "@/ipc";
import { m } from "@/paraglide/messages";
import { tableSource } from "../grid/filters";
import type { Grid } from "../grid/grid.svelte";

export type Choice = { id: string; label: string; source: RowsSource; total: Count | null; columns?: ColumnView[] };

/** Of a table: all of it, and what is shown where that is less or in another order. */
export function tableChoices(path: string[], grid: Grid, table: TableView): Choice[] {
  const all: Choice = { id: "all", label: m.export_all(), source: tableSource(path), total: table.table.rows };
  const shown = grid.shownSource;
  if (shown?.from !== "table") return [all];
  const same = shown.filter.length === 0 && shown.sort.length === 0 && shown.columns === null;
  if (same) return [{ ...all, total: known(grid) ?? table.table.rows }];
  const columns = grid.layout.placed.map((one) => one.column);
  return [{ id: "shown", label: m.export_shown(), source: shown, total: known(grid), columns }, all];
}

/** Of a statement's result: the statement, as it was run. */
export function resultChoices(grid: Grid): Choice[] {
  const source = grid.rows.source;
  return source ? [{ id: "result", label: m.export_result(), source, total: known(grid) }] : [];
}

function known({ rows }: Grid): Count | null {
  return rows.complete ? { rows: rows.fetched, exact: true } : rows.total;
}

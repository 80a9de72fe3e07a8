// Which conditions a column can have, and how they are said.
import type { CellKind, FilterOp, FilterView, RowsSource, SortView } from "@/ipc";
import { m } from "@/paraglide/messages";

const ordered: FilterOp[] = ["equal", "not_equal", "greater", "greater_or_equal", "less", "less_or_equal", "null", "not_null"];

const byKind: Record<CellKind, FilterOp[]> = {
  text: ["contains", "equal", "not_equal", "null", "not_null"],
  number: ordered,
  time: ordered,
  bool: ["equal", "null", "not_null"],
  json: ["contains", "null", "not_null"],
  geometry: ["null", "not_null"],
  binary: ["null", "not_null"],
};

/** The conditions that make sense for a kind of column, the likeliest first. */
export function operators(kind: CellKind): FilterOp[] {
  return byKind[kind];
}

const words: Record<FilterOp, () => string> = {
  contains: m.grid_op_contains,
  equal: m.grid_op_equal_words,
  not_equal: m.grid_op_not_equal_words,
  less: m.grid_op_less_words,
  less_or_equal: m.grid_op_less_or_equal_words,
  greater: m.grid_op_greater_words,
  greater_or_equal: m.grid_op_greater_or_equal_words,
  null: m.grid_op_null,
  not_null: m.grid_op_not_null,
};

const signs: Record<FilterOp, () => string> = {
  contains: m.grid_op_contains,
  equal: m.grid_op_equal,
  not_equal: m.grid_op_not_equal,
  less: m.grid_op_less,
  less_or_equal: m.grid_op_less_or_equal,
  greater: m.grid_op_greater,
  greater_or_equal: m.grid_op_greater_or_equal,
  null: m.grid_op_null,
  not_null: m.grid_op_not_null,
};

/** As in "≥": between a column and a value. */
export function operatorSign(op: FilterOp): string {
  return signs[op]();
}

/** As in "is at least". */
export function operatorWords(op: FilterOp): string {
  return words[op]();
}

/** The two orders of a column, as one says it of such values. */
export function sortWords(kind: CellKind): { up: string; down: string } {
  if (kind === "text") return { up: m.grid_sort_text_up(), down: m.grid_sort_text_down() };
  if (kind === "time") return { up: m.grid_sort_time_up(), down: m.grid_sort_time_down() };
  return { up: m.grid_sort_up(), down: m.grid_sort_down() };
}

/** NULL and not NULL are compared with nothing. */
export function takesValue(op: FilterOp): boolean {
  return op !== "null" && op !== "not_null";
}

/** The conditions with one more; the same comparison of the same column is replaced. */
export function withFilter(filters: FilterView[], more: FilterView): FilterView[] {
  const rest = filters.filter((one) => one.column !== more.column || one.op !== more.op);
  return [...rest, more];
}

/** What pressing a header does: smallest first, largest first, no order. With Shift the other columns keep theirs. */
export function nextSort(sort: SortView[], column: string, several: boolean): SortView[] {
  const now = sort.find((one) => one.column === column);
  const next: SortView | undefined = !now
    ? { column, descending: false }
    : now.descending
      ? undefined
      : { column, descending: true };
  if (!several) return next ? [next] : [];
  if (!next) return sort.filter((one) => one.column !== column);
  return now ? sort.map((one) => (one.column === column ? next : one)) : [...sort, next];
}

/** A table's rows with these conditions in this order. */
export function tableSource(path: string[], filter: FilterView[] = [], sort: SortView[] = []): RowsSource {
  return { from: "table", path, columns: null, filter, sort };
}

// How many rows there are, in words that are always true.
import type { Count, RowsSource } from "@/ipc";
import { m } from "@/paraglide/messages";
import { count } from "@/shared/format";
import { compact } from "../words";

type Known = { fetched: number; complete: boolean; bounded: boolean; total: Count | null; source: RowsSource | undefined };

/** "1,234 rows", "10,000 of about 4.2 M rows", "the first 1,000,000 rows, there are more". */
export function rowsSaid({ fetched, complete, bounded, total, source }: Known): string {
  const n = count(fetched);
  if (complete) {
    // A statement's result ends at its limit whether or not there was more.
    if (source?.from === "query" && fetched >= source.limit) return m.grid_rows_limited({ n });
    return m.grid_rows_all({ n: fetched, rows: n });
  }
  // An estimate that was overtaken says nothing any more.
  const all = total && (total.exact || total.rows > fetched) ? total : null;
  const of = all && (all.exact ? count(all.rows) : m.explorer_about({ n: compact(all.rows) }));
  if (bounded) return of ? m.grid_rows_bounded_of({ n, all: of }) : m.grid_rows_bounded({ n });
  return of ? m.grid_rows_of({ n, all: of }) : m.grid_rows_so_far({ n });
}

/** There is a number of rows that counting would make true. */
export function canCount({ complete, total, source }: Known): boolean {
  return !complete && !total?.exact && source !== undefined;
}

// One grid on the screen: its rows, columns, selection, order and conditions, and what can be done with them.
// A grid of a table can be put in another order and filtered, since its rows are opened anew; one of a statement's result cannot.
import { api, Failure, type ColumnView, type FilterView, type RowsSource, type SortView } from "@/ipc";
import { m } from "@/paraglide/messages";
import { count } from "@/shared/format";
import { toasts } from "@/shared/toasts.svelte";
import { copyLater } from "./clipboard";
import { nextSort, tableSource, withFilter } from "./filters";
import { Layout } from "./layout.svelte";
import { Rows } from "./rows.svelte";
import { Selection } from "./selection.svelte";

/** Rust copies so many rows at most. */
export const COPY_ROWS = 100_000;

/** Failures after which no further part comes of these rows. */
const OVER = new Set(["rows.closed", "rows.stopped"]);

export class Grid {
  readonly rows: Rows;
  readonly layout = new Layout();
  readonly selection = new Selection();
  sort: SortView[] = $state.raw([]);
  filter: FilterView[] = $state.raw([]);
  /** The value in the side panel. */
  panel: { row: number; index: number } | undefined = $state.raw();
  /** The column whose menu is open. */
  menu: number | undefined = $state();
  /** Opening was stopped by the person before there was anything to show. */
  stopped = $state(false);
  #path: string[] | undefined;

  /** `path`: the table; none for the result of a statement. */
  constructor(connection: string, path?: string[]) {
    this.rows = new Rows(connection);
    this.#path = path;
  }

  /** Opens the table with the order and the conditions of now. */
  async reopen(): Promise<void> {
    if (this.#path) await this.show(tableSource(this.#path, this.filter, this.sort));
  }

  async show(source: RowsSource): Promise<boolean> {
    this.stopped = false;
    const came = await this.rows.open(source);
    if (came) {
      this.layout.take(this.rows.columns, this.rows.held());
      this.panel = undefined;
      this.selection.clamp(this.rows.fetched, this.layout.placed.length);
    }
    return came;
  }

  /** Asks again for the rows that did not come; rows that are not held any more are opened anew. */
  retryPart(): void {
    const { partError, source } = this.rows;
    if (source && partError && OVER.has(partError.code)) void this.show(source);
    else this.rows.retryPart();
  }

  stop(): void {
    this.rows.cancel();
    if (this.rows.view) this.goBack();
    else this.stopped = true;
  }

  /** Back to what is shown, after something else did not come. */
  goBack(): void {
    const source = this.rows.source;
    this.rows.error = undefined;
    if (source?.from !== "table") return;
    this.sort = source.sort;
    this.filter = source.filter;
  }

  /** Its rows can be read again as they are now; a statement is run again by its own button. */
  get canReopen(): boolean {
    return this.#path !== undefined;
  }

  canSort(column: ColumnView): boolean {
    return this.#path !== undefined && column.sorts;
  }

  canFilter(column: ColumnView): boolean {
    return this.#path !== undefined && column.filters;
  }

  sortBy(column: ColumnView, several: boolean): void {
    if (this.canSort(column)) this.order(nextSort(this.sort, column.name, several));
  }

  order(sort: SortView[]): void {
    this.sort = sort;
    void this.reopen();
  }

  addFilter(more: FilterView): void {
    this.setFilters(withFilter(this.filter, more));
  }

  setFilters(filter: FilterView[]): void {
    this.filter = filter;
    void this.reopen();
  }

  /** The rows as shown: in this order, with these conditions, without hidden columns. */
  get shownSource(): RowsSource | undefined {
    const source = this.rows.source;
    if (source?.from !== "table" || this.layout.hidden.size === 0) return source;
    return { ...source, columns: this.layout.placed.map((one) => one.column.name) };
  }

  openValue(): void {
    const { row, at } = this.selection.head;
    const placed = this.layout.placed[at];
    if (placed && this.rows.row(row)) this.panel = { row, index: placed.index };
  }

  selectAll(): void {
    this.selection.take({ top: 0, bottom: this.rows.fetched - 1, left: 0, right: this.layout.placed.length - 1 });
  }

  selectColumn(at: number): void {
    this.selection.take({ top: 0, bottom: this.rows.fetched - 1, left: at, right: at });
  }

  /** Copies the selected block as tab-separated text. */
  async copy(header: boolean): Promise<void> {
    const view = this.rows.view;
    if (!view || this.rows.fetched === 0) return;
    const { top, bottom, left, right } = this.selection.block;
    const to = Math.min(bottom + 1, top + COPY_ROWS);
    const columns = this.layout.placed.slice(left, right + 1).map((one) => one.index);
    try {
      await copyLater(api.rowsCopy(view.id, { from: top, to, columns, header }));
      const cells = (to - top) * columns.length;
      if (to <= bottom) toasts.show(m.grid_copied_part({ n: count(COPY_ROWS) }), { tone: "plain" });
      else if (cells > 1)
        toasts.show(m.grid_copied({ rows: count(to - top), columns: count(columns.length) }), { tone: "success" });
      else toasts.show(m.grid_copied_one(), { tone: "success" });
    } catch (thrown) {
      toasts.show(thrown instanceof Failure ? thrown.view.what : m.grid_copy_failed(), { tone: "danger" });
    }
  }
}

// Rows that Rust holds open, as the grid sees them: what was fetched so far, what is on its way, what went wrong.
// Owns opening, fetching further, counting and closing; does not know how rows are drawn.
import { api, failureOf, freshRun, type ColumnView, type Count, type ErrorView, type RowsSource, type RowsView } from "@/ipc";

export type Row = (string | null)[];

/** So many rows are asked for at once. */
const PART = 300;
/** Rows kept here; those far from what is seen are forgotten and asked for again. */
const KEPT = 12_000;

export class Rows {
  /** Rows that are shown; they stay while others are being opened. */
  view: RowsView | undefined = $state.raw();
  /** What these rows are of. */
  source: RowsSource | undefined = $state.raw();
  opening = $state(false);
  /** The last stage that was told while opening. */
  stage: string | undefined = $state();
  openedAt = $state(0);
  /** Why opening failed; what was shown before is still shown. */
  error: ErrorView | undefined = $state.raw();
  /** Why the next part did not come. */
  partError: ErrorView | undefined = $state.raw();
  /** Grows with every change of what `row` answers. */
  version = $state(0);
  fetched = $state(0);
  complete = $state(false);
  bounded = $state(false);
  total: Count | null = $state.raw(null);
  counting = $state(false);
  countError: ErrorView | undefined = $state.raw();
  fetching = $state(false);

  readonly connection: string;
  #rows = new Map<number, Row>();
  #cut = new Set<string>();
  #run: string | undefined;
  #partRun: string | undefined;
  #countRun: string | undefined;
  #wanted: [number, number] = [0, 0];

  constructor(connection: string) {
    this.connection = connection;
  }

  get columns(): ColumnView[] {
    return this.view?.columns ?? [];
  }

  row(index: number): Row | undefined {
    return this.#rows.get(index);
  }

  isCut(row: number, column: number): boolean {
    return this.#cut.has(`${row}:${column}`);
  }

  /** All that is held here now, for measuring. */
  held(): Iterable<Row> {
    return this.#rows.values();
  }

  /** Opens rows. Until they are there, and if they do not come, what was shown stays. Answers whether they came. */
  async open(source: RowsSource): Promise<boolean> {
    this.cancel();
    const run = freshRun();
    this.#run = run;
    this.opening = true;
    this.openedAt = performance.now();
    this.stage = undefined;
    this.error = undefined;
    try {
      const view = await api.rowsOpen(this.connection, source, run, (event) => {
        if (run === this.#run && event.state === "started") this.stage = event.stage;
      });
      if (run !== this.#run) {
        void api.rowsClose(view.id).catch(() => undefined);
        return false;
      }
      this.#show(view, source);
      return true;
    } catch (thrown) {
      if (run === this.#run) this.error = failureOf(thrown);
      return false;
    } finally {
      if (run === this.#run) this.#settle();
    }
  }

  #settle(): void {
    this.opening = false;
    this.#run = undefined;
  }

  #show(view: RowsView, source: RowsSource): void {
    this.#leave();
    this.view = view;
    this.source = source;
    this.total = view.total;
    this.#rows = new Map();
    this.#cut = new Set();
    this.partError = undefined;
    this.countError = undefined;
    this.#take(view.first);
  }

  #take(part: RowsView["first"]): void {
    part.rows.forEach((row, at) => this.#rows.set(part.offset + at, row));
    for (const [row, column] of part.cut) this.#cut.add(`${part.offset + row}:${column}`);
    this.fetched = Math.max(part.fetched, part.offset + part.rows.length);
    this.complete = part.complete;
    this.bounded = part.bounded;
    this.#forget();
    this.version++;
  }

  /** Forgets what is furthest from what is seen. */
  #forget(): void {
    if (this.#rows.size <= KEPT) return;
    const middle = (this.#wanted[0] + this.#wanted[1]) / 2;
    for (const index of this.#rows.keys()) if (Math.abs(index - middle) > KEPT / 3) this.#rows.delete(index);
  }

  /** Stops opening. */
  cancel(): void {
    if (!this.#run) return;
    void api.runCancel(this.#run).catch(() => undefined);
    this.#settle();
  }

  /** These rows are seen: asks for what is missing of them and for a little more. One request at a time. */
  need(first: number, last: number): void {
    this.#wanted = [first, last];
    if (!this.#partRun && !this.partError) void this.#fetch();
  }

  #missing(): number | undefined {
    const end = this.complete || this.bounded ? this.fetched : Infinity;
    const until = Math.min(end, this.#wanted[1] + PART / 2);
    for (let index = Math.max(0, this.#wanted[0]); index < until; index++) if (!this.#rows.has(index)) return index;
    return undefined;
  }

  async #fetch(): Promise<void> {
    const view = this.view;
    const offset = this.#missing();
    if (!view || offset === undefined) return;
    const run = freshRun();
    this.#partRun = run;
    this.fetching = true;
    let more = false;
    try {
      const part = await api.rowsPart(view.id, offset, PART, run);
      if (run !== this.#partRun) return;
      this.#take(part);
      more = part.rows.length > 0;
    } catch (thrown) {
      if (run === this.#partRun) this.partError = failureOf(thrown);
    } finally {
      if (run === this.#partRun) {
        this.#partRun = undefined;
        this.fetching = false;
      }
    }
    if (more && !this.#partRun) void this.#fetch();
  }

  /** Asks again for the part that did not come. */
  retryPart(): void {
    this.partError = undefined;
    this.need(...this.#wanted);
  }

  /** Counts the rows at the server. */
  async count(): Promise<void> {
    const view = this.view;
    if (!view || this.counting) return;
    const run = freshRun();
    this.#countRun = run;
    this.counting = true;
    this.countError = undefined;
    try {
      const total = await api.rowsCount(view.id, run);
      if (run === this.#countRun) this.total = total;
    } catch (thrown) {
      if (run === this.#countRun) this.countError = failureOf(thrown);
    } finally {
      if (run === this.#countRun) this.counting = false;
    }
  }

  cancelCount(): void {
    if (this.#countRun && this.counting) void api.runCancel(this.#countRun).catch(() => undefined);
    this.#countRun = undefined;
    this.counting = false;
  }

  /** Lets go of the rows that are shown; Rust closes them and stops what still runs for them. */
  #leave(): void {
    if (this.#partRun) void api.runCancel(this.#partRun).catch(() => undefined);
    this.#partRun = undefined;
    this.fetching = false;
    this.cancelCount();
    if (this.view) void api.rowsClose(this.view.id).catch(() => undefined);
  }

  close(): void {
    this.cancel();
    this.#leave();
    this.view = undefined;
    this.source = undefined;
    this.#rows = new Map();
    this.version++;
  }
}

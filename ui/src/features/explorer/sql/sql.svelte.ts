// A statement from the editor to its result: looked at while it is typed, priced, asked about, run.
// The last result stays until the next one works.
import {
  api,
  failureOf,
  freshRun,
  type ErrorView,
  type EstimateView,
  type ExecutedView,
  type FactsView,
  type RowsSource,
  type SqlCheckView,
} from "@/ipc";
import { Grid } from "../grid/grid.svelte";
import type { Target } from "./statements";

/** After so long without a key the text is looked at; the price is asked for a little later. */
const PAUSE = 250;
const PAUSE_PRICE = 700;

export type Question = { about: "change" | "cost"; sql: string; estimate?: EstimateView };

export class Sql {
  readonly connection: string;
  readonly grid: Grid;
  target: Target | undefined = $state.raw();
  check: SqlCheckView | undefined = $state.raw();
  estimate: EstimateView | undefined = $state.raw();
  pricing = $state(false);
  /** To be answered before it runs. */
  question: Question | undefined = $state.raw();
  /** A change is under way, or a price is asked for before a run. */
  busy: { since: number; what: "change" | "price" } | undefined = $state.raw();
  executed: ExecutedView | undefined = $state.raw();
  /** Why nothing ran; failures of a reading statement are the grid's. */
  error: ErrorView | undefined = $state.raw();
  /** Pressed with nothing to run. */
  nothing = $state(false);
  #facts: () => FactsView;
  #limit: () => number;
  #active: () => boolean;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #turn = 0;
  #priceRun: string | undefined;
  #run: string | undefined;

  constructor(connection: string, facts: () => FactsView, limit: () => number, active: () => boolean) {
    this.connection = connection;
    this.grid = new Grid(connection);
    this.#facts = facts;
    this.#limit = limit;
    this.#active = active;
  }

  /** Something of the statement is under way. */
  get running(): boolean {
    return this.busy !== undefined || this.grid.rows.opening;
  }

  /** Another text would run now: it is looked at, after a pause. */
  aim(target: Target | undefined): void {
    const same = target?.sql === this.target?.sql;
    this.target = target;
    this.nothing = false;
    if (!same) this.look();
  }

  /** Looks at the text (again, as after changes were allowed). */
  look(): void {
    this.#forgetPrice();
    this.#timers.forEach(clearTimeout);
    const turn = ++this.#turn;
    const sql = this.target?.sql;
    if (!sql) this.check = undefined;
    // A tab that is not looked at asks for nothing.
    if (!sql || !this.#active()) return;
    this.#timers = [setTimeout(() => void this.#look(sql, turn), PAUSE)];
  }

  async #look(sql: string, turn: number): Promise<void> {
    const check = await api.sqlCheck(this.connection, sql).catch(() => undefined);
    if (turn !== this.#turn) return;
    this.check = check;
    if (check?.verdict !== "reads" || !this.#facts().estimates || this.running) return;
    this.#timers = [setTimeout(() => void this.#price(sql), PAUSE_PRICE - PAUSE)];
  }

  async #price(sql: string): Promise<EstimateView | undefined> {
    const run = freshRun();
    this.#priceRun = run;
    this.pricing = true;
    try {
      const estimate = await api.sqlEstimate(this.connection, sql, run);
      if (run === this.#priceRun) this.estimate = estimate;
      return run === this.#priceRun ? estimate : undefined;
    } catch {
      // What is wrong with it is said when it is run.
      return undefined;
    } finally {
      if (run === this.#priceRun) {
        this.pricing = false;
        this.#priceRun = undefined;
      }
    }
  }

  #forgetPrice(): void {
    if (this.#priceRun) void api.runCancel(this.#priceRun).catch(() => undefined);
    this.#priceRun = undefined;
    this.pricing = false;
    this.estimate = undefined;
  }

  /** Runs what would run: a reading statement at once, one that is billed or changes something after a yes. */
  async run(): Promise<void> {
    const sql = this.target?.sql;
    if (this.running) return;
    this.nothing = !sql;
    if (!sql) return;
    this.error = undefined;
    const known = this.estimate;
    this.#timers.forEach(clearTimeout);
    if (this.#priceRun) this.#forgetPrice();
    try {
      const check = await api.sqlCheck(this.connection, sql);
      if (this.target?.sql === sql) this.check = check;
      if (check.verdict === "nothing") this.nothing = true;
      else if (check.verdict === "refused") this.#refuse(check);
      else if (check.verdict === "changes") this.question = { about: "change", sql };
      else if (this.#facts().bills) await this.#askCost(sql, known);
      else await this.read(sql, null);
    } catch (thrown) {
      this.error = failureOf(thrown);
    }
  }

  #refuse(check: SqlCheckView): void {
    this.executed = undefined;
    this.error = check.problem ?? undefined;
  }

  async #askCost(sql: string, known: EstimateView | undefined): Promise<void> {
    const estimate = known ?? (await this.#costOf(sql));
    if (estimate) this.question = { about: "cost", sql, estimate };
  }

  /** What it would take; nothing when the person stopped waiting for it. */
  async #costOf(sql: string): Promise<EstimateView | undefined> {
    const run = freshRun();
    this.#run = run;
    this.busy = { since: performance.now(), what: "price" };
    try {
      const estimate = await api.sqlEstimate(this.connection, sql, run);
      return run === this.#run ? estimate : undefined;
    } catch (thrown) {
      if (run === this.#run) throw thrown;
      return undefined;
    } finally {
      if (run === this.#run) this.#idle();
    }
  }

  #idle(): void {
    this.busy = undefined;
    this.#run = undefined;
  }

  /** Yes to what was asked. */
  async agree(): Promise<void> {
    const question = this.question;
    this.question = undefined;
    if (question?.about === "cost") await this.read(question.sql, question.estimate?.billed_bytes ?? null);
    if (question?.about === "change") await this.#change(question.sql);
  }

  async read(sql: string, max_bytes: number | null): Promise<void> {
    const source: RowsSource = { from: "query", sql, limit: this.#limit(), max_bytes };
    this.error = undefined;
    if (await this.grid.show(source)) this.executed = undefined;
  }

  async #change(sql: string): Promise<void> {
    const run = freshRun();
    this.#run = run;
    this.busy = { since: performance.now(), what: "change" };
    this.executed = undefined;
    try {
      const executed = await api.sqlExecute(this.connection, sql, run);
      if (run === this.#run) this.executed = executed;
    } catch (thrown) {
      if (run === this.#run) this.error = failureOf(thrown);
    } finally {
      if (run === this.#run) this.#idle();
    }
  }

  /** Stops what is under way. A change that is stopped answers itself what became of it. */
  cancel(): void {
    if (this.grid.rows.opening) this.grid.stop();
    if (this.#run) void api.runCancel(this.#run).catch(() => undefined);
    if (this.busy?.what === "price") this.#idle();
  }

  close(): void {
    this.#timers.forEach(clearTimeout);
    this.#turn++;
    this.#forgetPrice();
    this.cancel();
    this.grid.rows.close();
  }
}

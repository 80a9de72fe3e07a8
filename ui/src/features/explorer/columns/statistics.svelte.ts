// The statistics of one column: as they were last computed, what computing would take, and computing them.
import {
  api,
  failureOf,
  freshRun,
  type Count,
  type ErrorView,
  type EstimateView,
  type FactsView,
  type Path,
  type StatisticsView,
} from "@/ipc";

/** From so many rows on, what it takes is said first. */
export const LARGE = 1_000_000;

/** `cost`: computing waits for a yes. */
type Phase = "look" | "none" | "weigh" | "cost" | "run" | "data" | "error";

export class Statistics {
  phase: Phase = $state("look");
  data: StatisticsView | undefined = $state.raw();
  estimate: EstimateView | undefined = $state.raw();
  error: ErrorView | undefined = $state.raw();
  #run: string | undefined;

  constructor(
    readonly connection: string,
    readonly path: Path,
    readonly column: string,
  ) {}

  /** What was computed before is shown at once. */
  async look(): Promise<void> {
    try {
      const seen = await api.statisticsSeen(this.connection, this.path, this.column);
      if (this.phase !== "look") return;
      if (seen) this.data = seen;
      this.phase = seen ? "data" : "none";
    } catch {
      // That nothing is known is no failure: they can be computed.
      if (this.phase === "look") this.phase = "none";
    }
  }

  /** Computes them, or says first what that takes: where it is billed, and where the table is large. */
  async begin(facts: FactsView | undefined, rows: Count | null): Promise<void> {
    const large = rows !== null && rows.rows >= LARGE;
    if (!facts?.bills && !large) return this.compute();
    this.estimate = undefined;
    if (!facts?.estimates) {
      this.estimate = { rows: rows?.rows ?? null, billed_bytes: null, planner_cost: null };
      this.phase = "cost";
      return;
    }
    this.phase = "weigh";
    await this.#work(async (run) => {
      const estimate = await api.statisticsEstimate(this.connection, this.path, this.column, run);
      return () => {
        this.estimate = estimate;
        this.phase = "cost";
      };
    });
  }

  async compute(): Promise<void> {
    this.phase = "run";
    await this.#work(async (run) => {
      const data = await api.statisticsCompute(this.connection, this.path, this.column, run);
      return () => {
        this.data = data;
        this.phase = "data";
      };
    });
  }

  /** Stops, at the server too; what was known before is shown again. */
  cancel(): void {
    if (this.#run) void api.runCancel(this.#run).catch(() => undefined);
    this.#run = undefined;
    this.phase = this.data ? "data" : "none";
  }

  async #work(work: (run: string) => Promise<() => void>): Promise<void> {
    const run = freshRun();
    this.#run = run;
    this.error = undefined;
    try {
      const take = await work(run);
      if (run === this.#run) take();
    } catch (thrown) {
      if (run !== this.#run) return;
      const error = failureOf(thrown);
      if (error.kind === "cancelled") return this.cancel();
      this.error = error;
      this.phase = "error";
    } finally {
      if (run === this.#run) this.#run = undefined;
    }
  }
}

// A test as it runs: its stages, its end, and the way to stop it. Drawn by shared/ui/Stages.
import { api, failureOf, freshRun, type ErrorView, type Outcome, type StageEvent, type StageSpec, type StageState } from "@/ipc";

export type StageLine = {
  id: string;
  label: string;
  state: "waiting" | Exclude<StageState, "note">;
  millis: number;
  notes: string[];
};

type Start = (run: string, hear: (event: StageEvent) => void) => Promise<Outcome>;

export class TestRun {
  lines: StageLine[] = $state([]);
  running = $state(false);
  outcome: Outcome | undefined = $state.raw();
  /** Set when the command itself failed: nothing was tried. */
  error: ErrorView | undefined = $state.raw();
  /** When it began, to show the whole time. */
  startedAt = 0;
  #run: string | undefined;

  /** Starts; one run at a time, a second start cancels the first. Answers what came of it, if it was not replaced. */
  async start(stages: StageSpec[], begin: Start): Promise<Outcome | undefined> {
    this.cancel();
    const run = freshRun();
    this.#run = run;
    this.lines = stages.map((stage) => ({ id: stage.id, label: stage.label, state: "waiting", millis: 0, notes: [] }));
    this.outcome = undefined;
    this.error = undefined;
    this.running = true;
    this.startedAt = performance.now();
    try {
      const outcome = await begin(run, (event) => run === this.#run && this.hear(event));
      if (run === this.#run) this.outcome = outcome;
      return run === this.#run ? outcome : undefined;
    } catch (thrown) {
      if (run === this.#run) this.error = failureOf(thrown);
      return undefined;
    } finally {
      if (run === this.#run) this.#end();
    }
  }

  /** Stops it. The stages show at once that it is over; Rust is told. */
  cancel(): void {
    const run = this.#run;
    if (!run || !this.running) return;
    this.#end();
    void api.runCancel(run).catch(() => undefined);
  }

  /** Forgets what was shown. */
  reset(): void {
    this.cancel();
    this.lines = [];
    this.outcome = undefined;
    this.error = undefined;
  }

  /** The failure to show, wherever it came from. */
  get failure(): ErrorView | undefined {
    return this.error ?? (this.outcome?.outcome === "failed" ? this.outcome.error : undefined);
  }

  hear(event: StageEvent): void {
    const line = this.lines.find((other) => other.id === event.stage);
    if (!line) return;
    if (event.note) line.notes.push(event.note);
    if (event.state === "note") return;
    // A warning said within a stage is not undone by the stage's success.
    if (!(event.state === "done" && line.state === "warning")) line.state = event.state;
    if (event.millis > 0) line.millis = event.millis;
  }

  #end(): void {
    this.running = false;
    this.#run = undefined;
    for (const line of this.lines) if (line.state === "started") line.state = "waiting";
  }
}

// Work that waits: its stages as a connection is opened, its end, and the way to stop it at the server.
import { api, failureOf, freshRun, type ErrorView, type StageEvent } from "@/ipc";
import { session } from "@/shared/session.svelte";
import type { StageLine } from "@/shared/stages.svelte";

type Work<T> = (run: string, hear: (event: StageEvent) => void) => Promise<T>;

export class Waiting {
  /** What is going on; empty while nothing had to be opened. */
  lines: StageLine[] = $state([]);
  running = $state(false);
  error: ErrorView | undefined = $state.raw();
  #run: string | undefined;
  #connector: () => string | null | undefined;

  /** `connector` answers whose stages are meant, for their names. */
  constructor(connector: () => string | null | undefined) {
    this.#connector = connector;
  }

  /** The stage under way, in words. */
  get now(): string | undefined {
    return this.lines.findLast((line) => line.state === "started")?.label;
  }

  /** Does it. Answers nothing when it failed (see `error`), was cancelled, or was begun again meanwhile. */
  async do<T>(work: Work<T>): Promise<T | undefined> {
    this.cancel();
    const run = freshRun();
    this.#run = run;
    this.lines = [];
    this.error = undefined;
    this.running = true;
    try {
      const done = await work(run, (event) => run === this.#run && this.#hear(event));
      return run === this.#run ? done : undefined;
    } catch (thrown) {
      const error = failureOf(thrown);
      if (run === this.#run && error.kind !== "cancelled") this.error = error;
      return undefined;
    } finally {
      if (run === this.#run) this.#end();
    }
  }

  /** Stops it: here at once, and Rust is told. */
  cancel(): void {
    const run = this.#run;
    if (!run || !this.running) return;
    this.#end();
    void api.runCancel(run).catch(() => undefined);
  }

  #hear(event: StageEvent): void {
    if (this.lines.length === 0) {
      const stages = session.spec(this.#connector() ?? "")?.stages ?? [];
      this.lines = stages.map(({ id, label }) => ({ id, label, state: "waiting", millis: 0, notes: [] }));
    }
    const line = this.lines.find((other) => other.id === event.stage);
    if (!line) return;
    if (event.note) line.notes.push(event.note);
    if (event.state === "note") return;
    if (!(event.state === "done" && line.state === "warning")) line.state = event.state;
    if (event.millis > 0) line.millis = event.millis;
  }

  #end(): void {
    this.running = false;
    this.#run = undefined;
    for (const line of this.lines) if (line.state === "started") line.state = "waiting";
  }
}

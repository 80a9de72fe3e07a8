// One question to Rust and what came of it: wait, data, empty or error. Every screen that loads something uses it.
import { failureOf, type ErrorView } from "@/ipc";

export type Phase = "wait" | "data" | "empty" | "error";

export class Query<T> {
  phase: Phase = $state("wait");
  data: T | undefined = $state.raw();
  error: ErrorView | undefined = $state.raw();
  #ask: () => Promise<T>;
  #isEmpty: (data: T) => boolean;
  #turn = 0;

  constructor(ask: () => Promise<T>, isEmpty: (data: T) => boolean = () => false) {
    this.#ask = ask;
    this.#isEmpty = isEmpty;
  }

  /** Asks (again). An answer to an older question is dropped; data on the screen stay until the new ones are there. */
  async run(): Promise<void> {
    const turn = ++this.#turn;
    if (this.data === undefined) this.phase = "wait";
    try {
      const data = await this.#ask();
      if (turn === this.#turn) this.set(data);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = failureOf(thrown);
      this.phase = "error";
    }
  }

  /** Takes data that came another way, as in the answer to a change. */
  set(data: T): void {
    this.#turn++;
    this.data = data;
    this.error = undefined;
    this.phase = this.#isEmpty(data) ? "empty" : "data";
  }

  /** Stops waiting; a late answer is dropped. */
  cancel(): void {
    this.#turn++;
    this.phase = this.data === undefined ? "empty" : "data";
  }
}

// What a loaded selector offers: pages of choices for a search, and how the loading stands.

import { freshRun, type Choice, type ChoicePage, type ErrorView } from "@/ipc";
import { failureOf } from "./words";

type Load = (search: string, page: string | null, run: string) => Promise<ChoicePage>;

export class Choices {
  state: "idle" | "wait" | "more" | "data" | "empty" | "error" = $state("idle");
  items: Choice[] = $state.raw([]);
  next: string | null = $state(null);
  error: ErrorView | null = $state.raw(null);
  search = $state("");

  /** The question that is open, if one is. */
  #run: string | undefined;

  constructor(
    private readonly load: Load,
    private readonly stop: (run: string) => void,
  ) {}

  /** Asks for the first page of a search; an answer to an older question is dropped. */
  async find(search: string): Promise<void> {
    this.search = search;
    this.state = "wait";
    await this.#ask(null);
  }

  /** Asks for the next page. */
  async more(): Promise<void> {
    if (this.next === null || this.state === "more") return;
    this.state = "more";
    await this.#ask(this.next);
  }

  /** Stops waiting: nobody looks any more. */
  cancel(): void {
    if (this.#run === undefined) return;
    this.stop(this.#run);
    this.#run = undefined;
    this.state = this.items.length > 0 ? "data" : "idle";
  }

  async #ask(page: string | null): Promise<void> {
    if (this.#run !== undefined) this.stop(this.#run);
    const run = freshRun();
    this.#run = run;
    try {
      const got = await this.load(this.search, page, run);
      if (run !== this.#run) return;
      this.items = page === null ? got.items : [...this.items, ...got.items];
      this.next = got.next;
      this.state = this.items.length > 0 ? "data" : "empty";
    } catch (error) {
      if (run !== this.#run) return;
      this.error = failureOf(error);
      this.state = "error";
    } finally {
      if (run === this.#run) this.#run = undefined;
    }
  }
}

// What a loaded selector offers: pages of choices for a search, and how the loading stands.

import type { Choice, ChoicePage, ErrorView } from "@/ipc";
import { failureOf } from "./words";

type Load = (search: string, page: string | null) => Promise<ChoicePage>;

export class Choices {
  state: "idle" | "wait" | "more" | "data" | "empty" | "error" = $state("idle");
  items: Choice[] = $state.raw([]);
  next: string | null = $state(null);
  error: ErrorView | null = $state.raw(null);
  search = $state("");

  #turn = 0;

  constructor(private readonly load: Load) {}

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

  /** Forgets everything: what it depended on has changed. */
  clear(): void {
    this.#turn++;
    this.state = "idle";
    this.items = [];
    this.next = null;
  }

  async #ask(page: string | null): Promise<void> {
    const turn = ++this.#turn;
    try {
      const got = await this.load(this.search, page);
      if (turn !== this.#turn) return;
      this.items = page === null ? got.items : [...this.items, ...got.items];
      this.next = got.next;
      this.state = this.items.length > 0 ? "data" : "empty";
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = failureOf(error);
      this.state = "error";
    }
  }
}

// The list of connections: what is asked for, and the pages of it that were seen. Up to 10,000 and more:
// only what is looked at is fetched, and every answer to an older question is dropped.
import { api, failureOf, type ConnectionView, type ErrorView, type ListPage, type SortBy } from "@/ipc";
import type { Phase } from "@/shared/query.svelte";

const PAGE = 100;

/** What outlives the screen: the list as it was left, and which connection was opened from it. */
type Memory = { list: ConnectionList; opened?: string };
let memory: Memory | undefined;

export function remembered(): Memory {
  return (memory ??= { list: new ConnectionList() });
}

/** Begins anew, as after a start. */
export function forget(): void {
  memory = undefined;
}

export class ConnectionList {
  search = $state("");
  connector: string | null = $state(null);
  sort: SortBy = $state("name");
  descending = $state(false);

  phase: Phase = $state("wait");
  error: ErrorView | undefined = $state.raw();
  /** How many match. */
  total = $state(0);
  /** How many there are, whatever the search. */
  all = $state(0);
  /** Those whose entry is damaged, among what was seen. */
  unreadable: string[] = $state.raw([]);

  #pages: Map<number, ConnectionView[]> = $state.raw(new Map());
  #asked = new Set<number>();
  #turn = 0;
  #seen: [number, number] = [0, PAGE];

  /** The connection at that place; none while its page is on its way. */
  at(index: number): ConnectionView | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Where a connection is among those fetched already, or -1. */
  placeOf(id: string): number {
    for (const [page, items] of this.#pages) {
      const at = items.findIndex((item) => item.id === id);
      if (at >= 0) return page * PAGE + at;
    }
    return -1;
  }

  /** A narrower question than "all of them". */
  get narrowed(): boolean {
    return this.search.trim() !== "" || this.connector !== null;
  }

  /** All of them again. */
  widen(): void {
    this.search = "";
    this.connector = null;
  }

  /** Asks again for what is seen; `fresh` begins at the top, as after a new search. */
  async load(fresh = false): Promise<void> {
    const turn = ++this.#turn;
    if (fresh) this.#seen = [0, PAGE];
    const wanted = this.#wanted();
    this.#asked = new Set(wanted);
    try {
      const answers = await Promise.all(wanted.map((page) => this.#ask(page * PAGE, PAGE)));
      if (turn !== this.#turn) return;
      this.#pages = new Map(answers.map((answer, at) => [wanted[at] ?? 0, answer.items]));
      this.unreadable = answers.flatMap((answer) => answer.unreadable);
      this.#count(answers[0]);
      this.error = undefined;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = failureOf(thrown);
      this.phase = "error";
    }
  }

  /** These rows are looked at: fetches their pages, unless they are there or on their way. */
  see(first: number, last: number): void {
    this.#seen = [first, last];
    for (const page of this.#wanted()) void this.#fetch(page);
  }

  /** Takes a changed connection to its place, without asking again. */
  replace(view: ConnectionView): void {
    const pages = new Map(this.#pages);
    for (const [page, items] of pages) {
      if (items.some((item) => item.id === view.id)) {
        pages.set(
          page,
          items.map((item) => (item.id === view.id ? view : item)),
        );
      }
    }
    this.#pages = pages;
  }

  /** The place of a connection in the list as it is now, or -1. */
  async find(id: string): Promise<number> {
    for (let offset = 0; offset < this.total; offset += 500) {
      const { items } = await this.#ask(offset, 500);
      const at = items.findIndex((item) => item.id === id);
      if (at >= 0) return offset + at;
      if (items.length === 0) break;
    }
    return -1;
  }

  #wanted(): number[] {
    const last = Math.max(this.#seen[0] + 1, this.phase === "data" ? Math.min(this.#seen[1], this.total) : this.#seen[1]);
    const [from, to] = [Math.floor(this.#seen[0] / PAGE), Math.floor((last - 1) / PAGE)];
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  }

  async #fetch(page: number): Promise<void> {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    const turn = this.#turn;
    try {
      const answer = await this.#ask(page * PAGE, PAGE);
      if (turn !== this.#turn) return;
      this.#pages = new Map(this.#pages).set(page, answer.items);
      this.unreadable = [...new Set([...this.unreadable, ...answer.unreadable])];
      this.#count(answer);
    } catch {
      // The rows stay blank; scrolling there again asks again.
      if (turn === this.#turn) this.#asked.delete(page);
    }
  }

  #ask(offset: number, limit: number): Promise<ListPage> {
    const { search, connector, sort, descending } = this;
    return api.connectionsList({ search: search.trim(), connector, sort, descending, offset, limit });
  }

  #count(answer: ListPage | undefined): void {
    if (!answer) return;
    this.total = answer.total;
    this.all = answer.all;
    this.phase = answer.total === 0 ? "empty" : "data";
  }
}

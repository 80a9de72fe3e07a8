// One level of the tree: its groups and the parts of them that were looked at. Of 100,000 siblings only what is seen is
// fetched; when more becomes known behind it, the parts in sight are asked for again and stay until the new ones are there.
import {
  api,
  failureOf,
  freshRun,
  type ErrorView,
  type GroupKind,
  type GroupView,
  type LevelView,
  type NodeView,
  type Path,
} from "@/ipc";
import { Waiting } from "../stages.svelte";

/** As many nodes as an answer's first part holds. */
const PART = 100;
/** As many as a request may ask for. */
const MOST = 500;

type Phase = "idle" | "wait" | "data" | "error";
type Place = { group: GroupKind; index: number };

export class Level {
  phase: Phase = $state("idle");
  /** Its nodes are shown. */
  open = $state(false);
  groups: GroupView[] = $state.raw([]);
  /** Groups that the person folded. */
  folded: ReadonlySet<GroupKind> = $state.raw(new Set());
  loading = $state(false);
  stopped: ErrorView | undefined = $state.raw();
  seenAt = $state(0);
  /** Where its node stands in the level above; none for a root, and while it cannot be found there. */
  place: Place | undefined = $state.raw();
  readonly waiting: Waiting;

  #parts: Map<string, NodeView[]> = $state.raw(new Map());
  #asked = new Set<string>();
  #turn = 0;
  #looking = false;
  /** More became known while an answer was on its way. */
  #more = false;
  #system: () => boolean;

  constructor(
    readonly connection: string,
    readonly path: Path,
    options: { system: () => boolean; connector: () => string | null | undefined },
  ) {
    this.#system = options.system;
    this.waiting = new Waiting(options.connector);
  }

  get error(): ErrorView | undefined {
    return this.waiting.error;
  }

  get count(): number {
    return this.groups.reduce((sum, group) => sum + group.count, 0);
  }

  get nothing(): boolean {
    return this.phase === "data" && this.count === 0 && !this.loading && !this.stopped;
  }

  countOf(kind: GroupKind): number {
    return this.groups.find((group) => group.kind === kind)?.count ?? 0;
  }

  /** The node at that place; none while its part is on its way. */
  at(group: GroupKind, index: number): NodeView | undefined {
    return this.#parts.get(`${group} ${Math.floor(index / PART)}`)?.[index % PART];
  }

  /** Asks for it: as cached, or from the server. Answers whether it is there. */
  async load(refresh = false): Promise<boolean> {
    if (this.phase !== "data") this.phase = "wait";
    const request = { connection: this.connection, path: this.path, system: this.#system(), refresh };
    const view = await this.waiting.do((run, hear) => api.treeLevel({ ...request, run }, hear));
    if (view) this.#take(view, true);
    else if (this.waiting.running) return false;
    else if (this.waiting.error) this.phase = "error";
    else if (this.phase === "wait") this.#stop();
    return view !== undefined;
  }

  /** Stops waiting: what was there before is shown again. */
  cancel(): void {
    this.waiting.cancel();
    this.#stop();
  }

  #stop(): void {
    const known = this.groups.length > 0 || this.seenAt > 0;
    this.phase = known ? "data" : "idle";
    if (!known) this.open = false;
  }

  /** More of it is known: looks at the cached level again, without a wait on the screen. One look at a time. */
  async grew(): Promise<void> {
    if (this.phase !== "data" || this.waiting.running) return;
    if (this.#looking) return void (this.#more = true);
    this.#looking = true;
    try {
      do {
        this.#more = false;
        const { connection, path } = this;
        this.#take(await api.treeLevel({ connection, path, system: this.#system(), refresh: false, run: freshRun() }), false);
      } while (this.#more);
    } catch {
      // What is on the screen stays; the next news asks again.
    } finally {
      this.#looking = false;
    }
  }

  fold(group: GroupKind): void {
    const folded = new Set(this.folded);
    if (!folded.delete(group)) folded.add(group);
    this.folded = folded;
  }

  /** These nodes are looked at: fetches their parts, unless they are there or on their way. */
  see(group: GroupKind, first: number, last: number): void {
    for (let part = Math.floor(first / PART); part * PART < last; part++) void this.#fetch(group, part);
  }

  /** The place of a node here, or none; looks through at most `most` nodes of a group that were not fetched yet. */
  async find(path: Path, most = 2000): Promise<Place | undefined> {
    const same = (node: NodeView | undefined) => node && node.path.at(-1) === path.at(-1);
    for (const [key, nodes] of this.#parts) {
      const index = nodes.findIndex(same);
      const [group, part] = key.split(" ");
      if (index >= 0) return { group: group as GroupKind, index: Number(part) * PART + index };
    }
    for (const { kind, count } of this.groups) {
      for (let offset = PART; offset < Math.min(count, most); offset += MOST) {
        const nodes = await this.#ask(kind, offset, MOST);
        const index = nodes.findIndex(same);
        if (index >= 0) return { group: kind, index: offset + index };
        if (nodes.length === 0) break;
      }
    }
    return undefined;
  }

  /** Fetches the part with this node; it is there afterwards, unless that failed. */
  fetch(group: GroupKind, index: number): Promise<void> {
    return this.#fetch(group, Math.floor(index / PART));
  }

  #take(view: LevelView, fresh: boolean): void {
    this.#turn++;
    const first = view.groups.map((group, at): [string, NodeView[]] => [`${group.kind} 0`, view.first[at] ?? []]);
    this.#asked = new Set(first.map(([key]) => key));
    // Parts further down stay on the screen until they were asked for again.
    this.#parts = new Map([...(fresh ? [] : this.#parts), ...first]);
    this.groups = view.groups;
    this.loading = view.loading;
    this.stopped = view.stopped ?? undefined;
    this.seenAt = view.seen_at;
    this.phase = "data";
  }

  async #fetch(group: GroupKind, part: number): Promise<void> {
    const key = `${group} ${part}`;
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    const turn = this.#turn;
    try {
      const nodes = await this.#ask(group, part * PART, PART);
      if (turn === this.#turn) this.#parts = new Map(this.#parts).set(key, nodes);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      // The rows stay blank; scrolling there again asks again.
      this.#asked.delete(key);
      // Rust has forgotten the level: looking at it brings it back.
      if (failureOf(thrown).kind === "not_found") void this.grew();
    }
  }

  #ask(group: GroupKind, offset: number, limit: number): Promise<NodeView[]> {
    const { connection, path } = this;
    return api.treeNodes({ connection, path, system: this.#system(), group, offset, limit });
  }
}

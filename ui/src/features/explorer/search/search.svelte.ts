// Searching for a name: over everything that was seen, as one types; at a server when asked to.
import { api, failureOf, freshRun, type ErrorView, type HitsView, type HitView, type RootView } from "@/ipc";

type AtServer = { name: string; phase: "wait" | "data" | "error"; found?: HitsView; error?: ErrorView };

export class Search {
  text = $state("");
  /** Connections of that name. */
  roots: RootView[] = $state.raw([]);
  seen: HitsView | undefined = $state.raw();
  error: ErrorView | undefined = $state.raw();
  /** The servers that were asked for this text, by connection. */
  servers: ReadonlyMap<string, AtServer> = $state.raw(new Map());
  #turn = 0;
  #runs = new Map<string, string>();

  get active(): boolean {
    return this.text.trim() !== "";
  }

  /** What the servers found that had not been seen here. */
  get fresh(): HitView[] {
    const known = new Set((this.seen?.items ?? []).map((hit) => JSON.stringify([hit.connection, ...hit.node.path])));
    return [...this.servers.values()]
      .flatMap((server) => server.found?.items ?? [])
      .filter((hit) => !known.has(JSON.stringify([hit.connection, ...hit.node.path])));
  }

  /** The text changed: an answer to an older one is dropped. */
  async type(text: string): Promise<void> {
    this.text = text;
    const turn = ++this.#turn;
    this.#stop();
    const wanted = text.trim();
    if (!wanted) {
      this.seen = undefined;
      this.roots = [];
      return;
    }
    try {
      const [seen, roots] = await Promise.all([api.treeSearch(wanted, null), api.explorerRoots(wanted)]);
      if (turn !== this.#turn) return;
      this.seen = seen;
      this.roots = roots.items.slice(0, 20);
      this.error = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.error = failureOf(thrown);
    }
  }

  clear(): void {
    void this.type("");
  }

  /** Asks a server for tables of that name. */
  async ask(connection: string, name: string): Promise<void> {
    const turn = this.#turn;
    const run = freshRun();
    this.cancel(connection);
    this.#runs.set(connection, run);
    this.#say(connection, { name, phase: "wait" });
    const mine = () => turn === this.#turn && this.#runs.get(connection) === run;
    try {
      const found = await api.treeSearchServer(connection, this.text.trim(), run);
      if (mine()) this.#say(connection, { name, phase: "data", found });
    } catch (thrown) {
      if (mine()) this.#say(connection, { name, phase: "error", error: failureOf(thrown) });
    } finally {
      if (this.#runs.get(connection) === run) this.#runs.delete(connection);
    }
  }

  cancel(connection: string): void {
    const run = this.#runs.get(connection);
    if (run) void api.runCancel(run).catch(() => undefined);
    this.#runs.delete(connection);
    const servers = new Map(this.servers);
    servers.delete(connection);
    this.servers = servers;
  }

  #say(connection: string, server: AtServer): void {
    this.servers = new Map(this.servers).set(connection, server);
  }

  #stop(): void {
    for (const run of this.#runs.values()) void api.runCancel(run).catch(() => undefined);
    this.#runs.clear();
    this.servers = new Map();
  }
}

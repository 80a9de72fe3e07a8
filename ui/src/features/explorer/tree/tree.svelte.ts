// The tree: its roots, the levels that were opened, and the row that the keys act on. Owns no markup.
import { api, failureOf, type ErrorView, type NodeView, type Path, type RootView } from "@/ipc";
import type { Phase } from "@/shared/query.svelte";
import { holds, keyOf } from "../words";
import { Level } from "./level.svelte";
import { indexOf, rowCount, segments, type Row } from "./segments";

export class Tree {
  roots: RootView[] = $state.raw([]);
  total = $state(0);
  phase: Phase = $state("wait");
  error: ErrorView | undefined = $state.raw();
  /** The row that the keys act on. */
  cursor: Row | undefined = $state.raw();
  /** Connections whose system schemas are shown. */
  system: ReadonlySet<string> = $state.raw(new Set());

  #levels: ReadonlyMap<string, Level> = $state.raw(new Map());
  #byParent = $derived.by(() => {
    const found = new Map<string, Level[]>();
    for (const level of this.#levels.values()) {
      if (level.path.length === 0) continue;
      const parent = keyOf(level.connection, level.path.slice(0, -1));
      found.set(parent, [...(found.get(parent) ?? []), level]);
    }
    return found;
  });
  segments = $derived.by(() =>
    segments({
      roots: this.roots,
      total: this.total,
      root: (id) => this.known(id, []),
      below: (level) => this.#byParent.get(keyOf(level.connection, level.path)) ?? [],
    }),
  );
  rows = $derived(rowCount(this.segments));
  /** The cursor's row, the first while there is none. */
  at = $derived(this.cursor ? Math.max(0, indexOf(this.segments, this.cursor)) : 0);

  /** Asks for the roots; what was opened below them stays. */
  async load(): Promise<void> {
    try {
      const view = await api.explorerRoots("");
      for (const root of view.items) {
        const before = this.root(root.id);
        // It leads elsewhere now: what was seen there is not here.
        if (before && before.host !== root.host) this.forget(root.id);
      }
      // Those that were brought in by name stay, as long as not all are listed.
      const listed = new Set(view.items.map((root) => root.id));
      const others = view.total > view.items.length ? this.roots.filter((root) => !listed.has(root.id)) : [];
      this.roots = [...view.items, ...others];
      this.total = view.total;
      this.error = undefined;
      this.phase = "data";
    } catch (thrown) {
      this.error = failureOf(thrown);
      this.phase = this.roots.length ? "data" : "error";
    }
  }

  root(id: string): RootView | undefined {
    return this.roots.find((root) => root.id === id);
  }

  /** Of very many connections only some are listed: brings one of that name in. */
  async include(id: string, name: string | undefined): Promise<void> {
    if (this.root(id) || !name) return;
    const found = (await api.explorerRoots(name).catch(() => undefined))?.items.find((root) => root.id === id);
    if (found && !this.root(id)) this.roots = [...this.roots, found];
  }

  known(connection: string, path: Path): Level | undefined {
    return this.#levels.get(keyOf(connection, path));
  }

  level(connection: string, path: Path): Level {
    const known = this.known(connection, path);
    if (known) return known;
    const level = new Level(connection, path, {
      system: () => this.system.has(connection),
      connector: () => this.root(connection)?.connector,
    });
    this.#levels = new Map(this.#levels).set(keyOf(connection, path), level);
    return level;
  }

  /** The level that a row opens. */
  of(row: Row | undefined): Level | undefined {
    if (row?.kind === "root") return this.level(row.root.id, []);
    const node = this.node(row);
    if (row?.kind !== "node" || !node || !holds(node.kind)) return undefined;
    const level = this.level(row.level.connection, node.path);
    if (level.place?.index !== row.index || level.place.group !== row.group) level.place = { group: row.group, index: row.index };
    return level;
  }

  node(row: Row | undefined): NodeView | undefined {
    return row?.kind === "node" ? row.level.at(row.group, row.index) : undefined;
  }

  /** True, false, or undefined for a row that opens nothing. */
  isOpen(row: Row): boolean | undefined {
    if (row.kind === "root") return this.known(row.root.id, [])?.open ?? false;
    if (row.kind === "group") return !row.level.folded.has(row.group);
    const node = this.node(row);
    if (!node || !holds(node.kind) || row.kind !== "node") return undefined;
    return this.known(row.level.connection, node.path)?.open ?? false;
  }

  async expand(row: Row): Promise<void> {
    if (row.kind === "group") {
      if (row.level.folded.has(row.group)) row.level.fold(row.group);
      return;
    }
    const level = this.of(row);
    if (level) await this.openLevel(level);
  }

  async openLevel(level: Level): Promise<boolean> {
    level.open = true;
    if (level.phase === "data") return true;
    return level.phase === "wait" ? false : this.reload(level);
  }

  collapse(row: Row): void {
    if (row.kind === "group" && !row.level.folded.has(row.group)) row.level.fold(row.group);
    const level = row.kind === "group" ? undefined : this.of(row);
    if (level) level.open = false;
  }

  /** Asks for a level, and finds the places of what is open in it again. */
  async reload(level: Level, refresh = false): Promise<boolean> {
    const done = await level.load(refresh);
    if (done) await this.#settle(level);
    return done;
  }

  /** More of a level is known. */
  async grew(connection: string, path: Path): Promise<void> {
    const level = this.known(connection, path);
    if (!level) return;
    await level.grew();
    await this.#settle(level);
  }

  /** Shows system schemas of a connection, or no more. */
  setSystem(connection: string, on: boolean): void {
    const system = new Set(this.system);
    if (on) system.add(connection);
    else system.delete(connection);
    this.system = system;
    const level = this.known(connection, []);
    if (level && level.phase !== "idle") void this.reload(level);
  }

  /** What was opened of a connection is closed and forgotten, as after it was changed. */
  forget(connection: string): void {
    this.#levels = new Map([...this.#levels].filter(([, level]) => level.connection !== connection));
  }

  /** Opens the levels above a node and puts the cursor on it, where it can be found without asking for everything. */
  async reveal(connection: string, path: Path): Promise<void> {
    const root = this.root(connection);
    if (!root) return;
    let row: Row = { kind: "root", depth: 1, root };
    for (let depth = 0; depth < path.length; depth++) {
      const above = this.level(connection, path.slice(0, depth));
      if (!(await this.openLevel(above))) return;
      const place = await above.find(path.slice(0, depth + 1)).catch(() => undefined);
      if (!place) return;
      if (above.folded.has(place.group)) above.fold(place.group);
      await above.fetch(place.group, place.index);
      const kind = above.at(place.group, place.index)?.kind;
      if (kind && holds(kind)) this.level(connection, path.slice(0, depth + 1)).place = place;
      row = { kind: "node", depth: depth + 2, level: above, ...place };
    }
    this.cursor = row;
  }

  /** What is open inside a level is found again: its node may have moved, or be gone. */
  async #settle(level: Level): Promise<void> {
    const cursor = this.cursor;
    for (const below of this.#byParent.get(keyOf(level.connection, level.path)) ?? []) {
      if (!below.open) continue;
      const name = below.path.at(-1);
      const stays = below.place && level.at(below.place.group, below.place.index)?.path.at(-1) === name;
      if (!stays) below.place = await level.find(below.path, 100_000).catch(() => undefined);
    }
    if (cursor?.kind === "node" && cursor.level === level && cursor.index >= level.countOf(cursor.group)) this.cursor = undefined;
  }
}

// The Data Explorer as it was left: what is selected, which tab is shown, and everything that was opened. It outlives the
// screen, so that coming back finds it as it was.
import { failureOf, type LocalFileView, type NodeKind, type NodeView, type Path, type RootView } from "@/ipc";
import { m } from "@/paraglide/messages";
import { navigation, type Route } from "@/shared/navigation.svelte";
import { toasts } from "@/shared/toasts.svelte";
import { Facts } from "./facts.svelte";
import { Local } from "./local/local.svelte";
import { Search } from "./search/search.svelte";
import { Described } from "./table.svelte";
import { Tree } from "./tree/tree.svelte";
import { holds, keyOf } from "./words";

/** `kind` is none for a connection itself. */
export type Selection = { connection: string; path: Path; kind: NodeKind | null };
export type Tab = "data" | "columns" | "sql" | "overview";

/** The sample that is shown first. */
const BEST_KNOWN = "countries";

export class Explorer {
  readonly tree = new Tree();
  readonly search = new Search();
  readonly local = new Local();
  selection: Selection | undefined = $state.raw();
  /** The table that is selected, described. */
  table: Described | undefined = $state.raw();
  #tableTab: Tab = $state("data");
  #placeTab: Tab = $state("overview");
  #facts: ReadonlyMap<string, Facts> = $state.raw(new Map());
  #describing: Promise<void> = Promise.resolve();
  #began = false;
  #sent: Route & { at: "explorer" } = { at: "explorer" };

  /** The connection of what is selected. */
  get root(): RootView | undefined {
    return this.selection && this.tree.root(this.selection.connection);
  }

  get localRoot(): RootView | undefined {
    return this.tree.roots.find((root) => root.connector === null);
  }

  get isTable(): boolean {
    return this.selection?.kind != null && !holds(this.selection.kind);
  }

  get tab(): Tab {
    return this.isTable ? this.#tableTab : this.#placeTab;
  }

  set tab(tab: Tab) {
    if (this.isTable) this.#tableTab = tab;
    else this.#placeTab = tab;
  }

  facts(connection: string): Facts {
    const known = this.#facts.get(connection);
    if (known) return known;
    const facts = new Facts(connection, () => this.tree.root(connection)?.connector);
    this.#facts = new Map(this.#facts).set(connection, facts);
    return facts;
  }

  known(connection: string): Facts | undefined {
    return this.#facts.get(connection);
  }

  /** The screen is there: asks for what may have changed, and goes where it was sent. */
  async begin(): Promise<void> {
    this.#began = false;
    this.#facts = new Map();
    await Promise.all([this.tree.load(), this.local.load()]);
    this.#began = true;
    // A connection that was deleted meanwhile takes what is shown of it along.
    if (this.selection && this.tree.phase === "data" && this.tree.total <= this.tree.roots.length && !this.root) this.#drop();
    this.visit(this.#sent);
    if (this.selection) return void (await this.#again());
    // What is on its way there is not overtaken by the usual first page.
    if (!this.localRoot || this.#sent.connection || this.#sent.samples) return;
    // Something to see from the first second.
    void this.show({ connection: this.localRoot.id, path: [], kind: null });
  }

  /** Goes where the route says, once the roots are there. */
  visit(route: Extract<Route, { at: "explorer" }>): void {
    this.#sent = route;
    if (!this.#began) return;
    const wanted = route.connection
      ? { connection: route.connection, path: route.path ?? [], kind: route.kind ?? null }
      : undefined;
    if (route.samples) void this.#samples();
    else if (wanted && !this.#is(wanted)) void this.show(wanted, route.name);
  }

  /** Selects, and shows where it is in the tree. `name` is the connection's, by which one that is not listed is found. */
  async show(selection: Selection, name?: string): Promise<void> {
    if (!this.tree.root(selection.connection)) await this.tree.include(selection.connection, name);
    this.select(selection);
    await this.#describing;
    await this.tree.reveal(selection.connection, selection.path);
    if (!this.isTable) await this.open(selection);
  }

  /** What is selected is shown on the right; a table is described. */
  select(selection: Selection): void {
    const { connection, path, kind } = selection;
    if (this.#is(selection)) return;
    this.selection = selection;
    navigation.go({ at: "explorer", connection, path, kind: kind ?? undefined });
    this.table?.waiting.cancel();
    this.table = this.isTable ? new Described(connection, path, () => this.tree.root(connection)?.connector) : undefined;
    this.#describing = this.describe();
  }

  /** Opens a place that is selected: its level, then what is known of the connection. */
  async open(selection: Selection): Promise<void> {
    const level = this.tree.level(selection.connection, selection.path);
    if (await this.tree.openLevel(level)) await this.facts(selection.connection).ensure();
  }

  async describe(refresh = false): Promise<void> {
    const table = this.table;
    // One after the other: a connection is opened, and a password asked for, once.
    if (table && (await table.load(refresh)) && table === this.table) await this.facts(table.connection).ensure();
  }

  /** The person allowed changes on a connection, or not any more. */
  allowed(connection: string, writes: boolean): void {
    this.known(connection)?.allow(writes);
    this.tree.roots = this.tree.roots.map((root) => (root.id === connection ? { ...root, writes_allowed: writes } : root));
  }

  /** A table was made: its level is asked for again and the table shown. */
  async made(connection: string, path: Path): Promise<void> {
    const level = this.tree.known(connection, path.slice(0, -1));
    if (level) await this.tree.reload(level, true);
    this.#tableTab = "data";
    await this.show({ connection, path, kind: "table" });
  }

  /** More of a level is known; of Local data it may be another list of files. */
  grew(connection: string, path: Path): void {
    void this.tree.grew(connection, path);
    if (connection === this.localRoot?.id && path.length === 0) void this.local.load();
  }

  /** Takes a file out of Local data; the file itself stays. */
  async removeFile(file: LocalFileView): Promise<void> {
    const root = this.localRoot;
    try {
      await this.local.remove(file);
      toasts.show(m.local_removed({ name: file.name }), { tone: "success" });
    } catch (thrown) {
      toasts.show(failureOf(thrown).what, { tone: "danger" });
      return;
    }
    if (!root) return;
    const now = this.selection;
    if (now?.connection === root.id && now.path[0] === file.name) this.select({ connection: root.id, path: [], kind: null });
    await this.tree.reload(this.tree.level(root.id, []), true);
  }

  /** Adds files; what is new is in the tree, and what could not be added is said. */
  async addFiles(work: () => Promise<boolean>): Promise<void> {
    const fresh = await work();
    const [root, result] = [this.localRoot, this.local.result];
    if (!root || !result) return;
    if (fresh) {
      const level = this.tree.level(root.id, []);
      level.open = true;
      await this.tree.reload(level, true);
    }
    if (result.refused.length) return;
    toasts.show(fresh ? m.local_added({ n: result.fresh }) : m.local_there(), { tone: "success" });
    const only = result.added.length === 1 ? result.added[0] : undefined;
    if (only) await this.openFile(only.name);
  }

  /** Shows a file: the table that it is, or the file that holds tables. */
  async openFile(name: string): Promise<void> {
    const root = this.localRoot;
    if (!root) return;
    const level = this.tree.level(root.id, []);
    if (!(await this.tree.openLevel(level))) return;
    const place = await level.find([name]).catch(() => undefined);
    if (place && !level.at(place.group, place.index)) await level.fetch(place.group, place.index);
    const node = place && level.at(place.group, place.index);
    await this.show({ connection: root.id, path: [name], kind: node?.kind ?? "file" });
  }

  /** What a place above the selected one is, as far as the tree has seen it. */
  kindOf(connection: string, path: Path): NodeKind | null {
    if (path.length === 0) return null;
    const above = this.tree.known(connection, path.slice(0, -1));
    const place = this.tree.known(connection, path)?.place;
    const node = place && above?.at(place.group, place.index);
    return node?.kind ?? (connection === this.localRoot?.id ? "file" : "schema");
  }

  /** There are samples, as far as the tree has seen them. */
  get samples(): NodeView | undefined {
    const level = this.localRoot && this.tree.known(this.localRoot.id, []);
    const files = Array.from({ length: level?.countOf("containers") ?? 0 }, (_, index) => level?.at("containers", index));
    return files.find((node) => node && this.isSample(this.localRoot?.id ?? "", node.path));
  }

  /** The first of the sample layers. */
  async #samples(): Promise<void> {
    const root = this.localRoot;
    if (!root) return;
    const level = this.tree.level(root.id, []);
    this.select({ connection: root.id, path: [], kind: null });
    if (!(await this.tree.openLevel(level))) return;
    const samples = this.samples;
    if (!samples) return;
    const inside = this.tree.level(root.id, samples.path);
    if (!(await this.tree.openLevel(inside))) return;
    const kind = inside.groups[0]?.kind;
    const layers = kind ? Array.from({ length: inside.countOf(kind) }, (_, index) => inside.at(kind, index)) : [];
    // What everyone knows is the best to begin with.
    const first = layers.find((node) => node?.path.at(-1) === BEST_KNOWN) ?? layers[0];
    if (first) await this.show({ connection: root.id, path: first.path, kind: first.kind });
  }

  /** True for what came with the program: the file of Local data that nobody added. */
  isSample(connection: string, path: Path): boolean {
    return (
      connection === this.localRoot?.id &&
      this.local.files.data !== undefined &&
      path.length > 0 &&
      !this.local.byName(path[0] ?? "")
    );
  }

  #is(other: Selection): boolean {
    const now = this.selection;
    return (
      now !== undefined && keyOf(now.connection, now.path) === keyOf(other.connection, other.path) && now.kind === other.kind
    );
  }

  /** What is selected is still there: what is known of its connection is asked for again. */
  async #again(): Promise<void> {
    const { connection, path } = this.selection ?? { connection: "", path: [] };
    const open = this.table?.view ?? (this.tree.known(connection, path)?.phase === "data" || undefined);
    if (open) await this.facts(connection).ensure();
  }

  #drop(): void {
    this.selection = undefined;
    this.table = undefined;
  }
}

// Made here and not by the screen: what is derived in it would end with the screen that made it.
let memory = new Explorer();

export function remembered(): Explorer {
  return memory;
}

/** Begins anew, as after a start. */
export function forget(): void {
  memory = new Explorer();
}

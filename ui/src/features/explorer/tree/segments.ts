// The tree as one list of rows of which only those in sight exist: runs of siblings are counted, not enumerated, so that
// 100,000 tables are one entry here. Arithmetic only; what a row looks like is TreeRow's.
import type { GroupKind, RootView } from "@/ipc";
import type { Level } from "./level.svelte";

export type Message = "wait" | "error" | "empty" | "loading" | "stopped";

type Run =
  | { kind: "root"; root: RootView }
  | { kind: "group"; level: Level; group: GroupKind }
  | { kind: "nodes"; level: Level; group: GroupKind; from: number }
  | { kind: "message"; level: Level; message: Message }
  | { kind: "more" };

/** `start` is the first row's number, `size` how many there are, `depth` the first being 1. */
export type Segment = Run & { start: number; size: number; depth: number };

/** A row, by what it is. `index` counts within its group. */
export type Row =
  | { kind: "root"; depth: number; root: RootView }
  | { kind: "group"; depth: number; level: Level; group: GroupKind }
  | { kind: "node"; depth: number; level: Level; group: GroupKind; index: number }
  | { kind: "message"; depth: number; level: Level; message: Message }
  | { kind: "more"; depth: number };

type Source = { roots: RootView[]; total: number; root: (id: string) => Level | undefined; below: (level: Level) => Level[] };

/** All rows there are now. */
export function segments(source: Source): Segment[] {
  const list: Segment[] = [];
  let start = 0;
  const push = (run: Run, depth: number, size = 1) => {
    if (size <= 0) return;
    list.push({ ...run, start, size, depth });
    start += size;
  };

  function nodes(level: Level, group: GroupKind, count: number, depth: number): void {
    const open = source
      .below(level)
      .filter((below) => below.open && below.place?.group === group && below.place.index < count)
      .sort((a, b) => (a.place?.index ?? 0) - (b.place?.index ?? 0));
    let from = 0;
    for (const below of open) {
      const to = (below.place?.index ?? 0) + 1;
      push({ kind: "nodes", level, group, from }, depth, to - from);
      inside(below, depth + 1);
      from = to;
    }
    push({ kind: "nodes", level, group, from }, depth, count - from);
  }

  function inside(level: Level, depth: number): void {
    const say = (message: Message) => push({ kind: "message", level, message }, depth);
    if (level.phase === "wait") return say("wait");
    if (level.phase === "error") say("error");
    for (const { kind, count } of level.groups) {
      if (kind === "containers") nodes(level, kind, count, depth);
      else {
        push({ kind: "group", level, group: kind }, depth);
        if (!level.folded.has(kind)) nodes(level, kind, count, depth + 1);
      }
    }
    if (level.nothing) say("empty");
    if (level.loading) say("loading");
    else if (level.stopped) say("stopped");
  }

  for (const root of source.roots) {
    push({ kind: "root", root }, 1);
    const level = source.root(root.id);
    if (level?.open) inside(level, 2);
  }
  if (source.total > source.roots.length) push({ kind: "more" }, 1);
  return list;
}

export function rowCount(list: Segment[]): number {
  const last = list.at(-1);
  return last ? last.start + last.size : 0;
}

/** The row of that number. */
export function rowAt(list: Segment[], index: number): Row | undefined {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((list[middle]?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const run = list[low];
  if (!run || index < run.start || index >= run.start + run.size) return undefined;
  const { start, size: _size, ...rest } = run;
  if (rest.kind !== "nodes") return rest;
  const { level, group, from, depth } = rest;
  return { kind: "node", level, group, depth, index: from + index - start };
}

/** The number of a row, or -1 when it is not shown. */
export function indexOf(list: Segment[], row: Row): number {
  for (const run of list) {
    if (row.kind === "node") {
      if (run.kind !== "nodes" || run.level !== row.level || run.group !== row.group) continue;
      if (row.index >= run.from && row.index < run.from + run.size) return run.start + row.index - run.from;
    } else if (same(run, row)) return run.start;
  }
  return -1;
}

function same(run: Segment, row: Row): boolean {
  if (run.kind === "root") return row.kind === "root" && run.root.id === row.root.id;
  if (run.kind === "group") return row.kind === "group" && run.level === row.level && run.group === row.group;
  if (run.kind === "message") return row.kind === "message" && run.level === row.level && run.message === row.message;
  return run.kind === "more" && row.kind === "more";
}

/** How many siblings a row has with itself, and which of them it is, from 1. */
export function standing(row: Row, total: number, rootIndex: (id: string) => number): { setsize: number; posinset: number } {
  if (row.kind === "root") return { setsize: total, posinset: rootIndex(row.root.id) + 1 };
  if (row.kind === "more" || row.kind === "message") return { setsize: -1, posinset: 1 };
  const containers = row.level.countOf("containers");
  const headed = row.level.groups.filter((group) => group.kind !== "containers");
  if (row.kind === "group") {
    const at = headed.findIndex((group) => group.kind === row.group);
    return { setsize: containers + headed.length, posinset: containers + at + 1 };
  }
  if (row.group === "containers") return { setsize: containers + headed.length, posinset: row.index + 1 };
  return { setsize: row.level.countOf(row.group), posinset: row.index + 1 };
}

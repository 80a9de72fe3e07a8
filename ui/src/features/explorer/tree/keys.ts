// What the keys do in the tree. Owns no state: it moves the tree's cursor and says what was asked for.
import { nameOf } from "../words";
import { rowAt, type Row } from "./segments";
import type { Tree } from "./tree.svelte";
import { groupWords } from "./words";

/** What a row is called, as far as it is known. */
export function nameOfRow(tree: Tree, row: Row): string {
  if (row.kind === "root") return row.root.name;
  if (row.kind === "group") return groupWords(row.group);
  return nameOf(tree.node(row)?.path ?? []);
}

/** The number of the row above that holds this one, or -1. */
function parentOf(tree: Tree, at: number): number {
  const depth = rowAt(tree.segments, at)?.depth ?? 1;
  for (const segment of tree.segments.toReversed()) {
    if (segment.start >= at || segment.depth >= depth) continue;
    return Math.min(segment.start + segment.size, at) - 1;
  }
  return -1;
}

/** The row that an arrow or a jump leads to; none for other keys. */
export function stepped(tree: Tree, key: string, page: number): number | undefined {
  const [at, last] = [tree.at, tree.rows - 1];
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  };
  const to = steps[key];
  return to === undefined ? undefined : Math.max(0, Math.min(last, to));
}

/** Right opens or goes in, Left closes or goes out. Answers the row to go to, if one. */
export function folded(tree: Tree, key: string): number | undefined {
  const row = rowAt(tree.segments, tree.at);
  if (!row) return undefined;
  const open = tree.isOpen(row);
  if (key === "ArrowRight") {
    if (open === true) return Math.min(tree.at + 1, tree.rows - 1);
    if (open === false) void tree.expand(row);
    return undefined;
  }
  if (open === true) {
    tree.collapse(row);
    return undefined;
  }
  const parent = parentOf(tree, tree.at);
  return parent < 0 ? undefined : parent;
}

/** The next row whose name begins with what was typed, of those that were fetched. */
export function typed(tree: Tree, text: string): number | undefined {
  const wanted = text.toLowerCase();
  // A letter pressed again goes on to the next one.
  const same = [...wanted].every((letter) => letter === wanted[0]);
  const prefix = same ? wanted.slice(0, 1) : wanted;
  const from = tree.at + (same ? 1 : 0);
  for (let step = 0; step < Math.min(tree.rows, 20_000); step++) {
    const at = (from + step) % tree.rows;
    const row = rowAt(tree.segments, at);
    if (row && nameOfRow(tree, row).toLowerCase().startsWith(prefix)) return at;
  }
  return undefined;
}

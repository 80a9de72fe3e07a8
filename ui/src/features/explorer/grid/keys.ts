// What the keys do in a grid. One table, so that it can be read.
import type { Grid } from "./grid.svelte";
import { step, type Spot } from "./selection.svelte";

const onMac = /Mac/.test(navigator.platform);

/** Does what the key says; false when it says nothing here. */
export function act(event: KeyboardEvent, grid: Grid, page: number): boolean {
  const { rows, layout, selection } = grid;
  if (event.isComposing || !(event.target as HTMLElement).hasAttribute("data-row")) return false;
  const all = onMac ? event.metaKey : event.ctrlKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const head = selection.head;
  if (all && key === "c") return done(void grid.copy(event.shiftKey));
  if (all && key === "a") return done(grid.selectAll());
  if (key === "F5" && grid.canReopen) return done(void grid.reopen());
  if (key === " " && event.ctrlKey) return done(grid.selectColumn(head.at));
  if (key === " " && event.shiftKey) {
    return done(selection.take({ top: head.row, bottom: head.row, left: 0, right: layout.placed.length - 1 }));
  }
  if (head.row < 0 && onHeader(event, grid, head)) return true;
  if (key === "Enter" && head.row >= 0 && !all) return done(grid.openValue());
  if (key === "Escape" && selection.several) return done(selection.go(head));
  if (event.altKey) return false;
  const to = step(key, all, head, { rows: rows.fetched, columns: layout.placed.length, page });
  if (!to) return false;
  // A selection that grows stays among the rows.
  selection.go(event.shiftKey ? { ...to, row: Math.max(0, to.row) } : to, event.shiftKey && head.row >= 0);
  return true;
}

/** On a header, Enter puts in order, Alt with an arrow opens its menu or makes it wider. */
function onHeader(event: KeyboardEvent, grid: Grid, head: Spot): boolean {
  const placed = grid.layout.placed[head.at];
  if (!placed) return false;
  if (event.key === "Enter") {
    if (grid.canSort(placed.column)) grid.sortBy(placed.column, event.shiftKey);
    else grid.menu = placed.index;
    return true;
  }
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey) || (event.altKey && event.key === "ArrowDown")) {
    return done((grid.menu = placed.index));
  }
  const wider = { ArrowRight: 16, ArrowLeft: -16 }[event.key];
  if (event.altKey && wider) return done(grid.layout.resize(placed.index, placed.width + wider));
  return false;
}

function done(_: unknown): true {
  return true;
}

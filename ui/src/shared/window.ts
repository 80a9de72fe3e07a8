// Which part of a long list is drawn: rows of one height, a few more than are seen. Arithmetic only.

export type Slice = { first: number; last: number; before: number; total: number };

/** The rows `first ≤ row < last` to draw, the height left out before them, and the whole height. */
export function slice(scrolled: number, seen: number, row: number, count: number, spare = 8): Slice {
  const first = Math.max(0, Math.min(count, Math.floor(Math.max(0, scrolled) / row) - spare));
  const last = Math.min(count, Math.ceil((Math.max(0, scrolled) + seen) / row) + spare);
  return { first, last: Math.max(first, last), before: first * row, total: count * row };
}

/** Where to scroll so that the row is in sight, or the same place when it is already. */
export function reveal(scrolled: number, seen: number, row: number, index: number): number {
  const top = index * row;
  if (top < scrolled) return top;
  if (top + row > scrolled + seen) return top + row - seen;
  return scrolled;
}

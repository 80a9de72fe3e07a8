// Where the person is in a grid, and the block that is selected. Row -1 is the header.

export type Spot = { row: number; at: number };
export type Block = { top: number; bottom: number; left: number; right: number };
type Size = { rows: number; columns: number; page: number };

export class Selection {
  /** The cell with the focus: one corner of the block. */
  head: Spot = $state.raw({ row: 0, at: 0 });
  #anchor: Spot = $state.raw({ row: 0, at: 0 });

  readonly block: Block = $derived({
    top: Math.max(0, Math.min(this.head.row, this.#anchor.row)),
    bottom: Math.max(this.head.row, this.#anchor.row),
    left: Math.min(this.head.at, this.#anchor.at),
    right: Math.max(this.head.at, this.#anchor.at),
  });

  /** More than one cell. */
  readonly several = $derived(this.head.row !== this.#anchor.row || this.head.at !== this.#anchor.at);

  holds(row: number, at: number): boolean {
    const { top, bottom, left, right } = this.block;
    return row >= top && row <= bottom && at >= left && at <= right;
  }

  /** Goes to a cell; with `extend` the block reaches from where it began to there. */
  go(spot: Spot, extend = false): void {
    this.head = spot;
    if (!extend) this.#anchor = spot;
  }

  /** Selects a block; the focus is in its first cell. */
  take(block: Block): void {
    this.#anchor = { row: block.bottom, at: block.right };
    this.head = { row: block.top, at: block.left };
  }

  /** Keeps within what there is. */
  clamp(rows: number, columns: number): void {
    const fit = (spot: Spot) => ({
      row: Math.max(-1, Math.min(spot.row, rows - 1)),
      at: Math.max(0, Math.min(spot.at, columns - 1)),
    });
    const [head, anchor] = [fit(this.head), fit(this.#anchor)];
    if (head.row !== this.head.row || head.at !== this.head.at) this.head = head;
    if (anchor.row !== this.#anchor.row || anchor.at !== this.#anchor.at) this.#anchor = anchor;
  }
}

/** Where a key goes from a cell, if it goes anywhere. `all`: with Ctrl or ⌘. */
export function step(key: string, all: boolean, from: Spot, size: Size): Spot | undefined {
  const lastRow = size.rows - 1;
  const lastAt = size.columns - 1;
  const spots: Record<string, Spot> = {
    ArrowDown: { row: all ? lastRow : from.row + 1, at: from.at },
    ArrowUp: { row: all ? Math.min(from.row, 0) : from.row - 1, at: from.at },
    ArrowRight: { row: from.row, at: all ? lastAt : from.at + 1 },
    ArrowLeft: { row: from.row, at: all ? 0 : from.at - 1 },
    PageDown: { row: from.row + size.page, at: from.at },
    PageUp: { row: from.row < 0 ? -1 : Math.max(0, from.row - size.page), at: from.at },
    Home: { row: all ? 0 : from.row, at: 0 },
    End: { row: all ? lastRow : from.row, at: lastAt },
  };
  const to = spots[key];
  return to && { row: Math.max(-1, Math.min(lastRow, to.row)), at: Math.max(0, Math.min(lastAt, to.at)) };
}

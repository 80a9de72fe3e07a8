// The columns of a grid as they are laid out: their widths, which are hidden, which are in sight. Arithmetic, no drawing.
import type { CellKind, ColumnView } from "@/ipc";
import { plain } from "./cells";
import type { Row } from "./rows.svelte";

export const ROW = 28;
export const HEAD = 42;
/** Narrower than this a column cannot be found again. */
const MIN = 56;
const MAX_FIRST = 320;
const MAX_FIT = 900;
/** What stands beside the text: the padding, and in the header the sign of the order and the button of its menu. */
const PADDING = 21;
const HEADER = 54;

export type Placed = {
  /** Its place among the columns of the rows. */
  index: number;
  /** Its place among those that are shown. */
  at: number;
  column: ColumnView;
  left: number;
  width: number;
};

/** About as wide as the text is drawn. Measured where there is a canvas. */
function widthOf(text: string, font: string): number {
  const shown = text.length > 200 ? text.slice(0, 200) : text;
  brush ??= document.createElement("canvas").getContext("2d");
  if (!brush) return shown.length * 7.2;
  brush.font = font;
  return brush.measureText(shown).width;
}
let brush: CanvasRenderingContext2D | null | undefined;

const FONT = '13px "Inter Variable", Inter, system-ui, sans-serif';
const FONT_HEAD = `550 ${FONT}`;
const FONT_TYPE = FONT.replace("13px", "11px");
const FONT_JSON = '12px ui-monospace, "DejaVu Sans Mono", monospace';
/** A long type's name does not make its column wide. */
const MAX_TYPE = 150;
const most: Partial<Record<CellKind, number>> = { json: 240, geometry: 240, binary: 120 };

export class Layout {
  #columns: ColumnView[] = $state.raw([]);
  #widths: number[] = $state([]);
  hidden: Set<number> = $state.raw(new Set());

  readonly placed: Placed[] = $derived.by(() => {
    let left = 0;
    const placed: Placed[] = [];
    this.#columns.forEach((column, index) => {
      if (this.hidden.has(index)) return;
      const width = this.#widths[index] ?? 120;
      placed.push({ index, at: placed.length, column, left, width });
      left += width;
    });
    return placed;
  });
  readonly width = $derived.by(() => {
    const last = this.placed.at(-1);
    return last ? last.left + last.width : 0;
  });

  get columns(): ColumnView[] {
    return this.#columns;
  }

  /** Takes the columns of rows that were opened; the same columns as before keep their widths. */
  take(columns: ColumnView[], rows: Iterable<Row>): void {
    const same = JSON.stringify(columns.map((one) => [one.name, one.type_name]));
    if (same === JSON.stringify(this.#columns.map((one) => [one.name, one.type_name]))) {
      this.#columns = columns;
      return;
    }
    this.#columns = columns;
    this.hidden = new Set();
    const sample = [...rows].slice(0, 60);
    this.#widths = columns.map((column, index) => Math.min(this.#fitted(column, index, sample), most[column.kind] ?? MAX_FIRST));
  }

  #fitted(column: ColumnView, index: number, rows: Row[]): number {
    const type = Math.min(MAX_TYPE, widthOf(column.type_name, FONT_TYPE) + PADDING + 24);
    let widest = Math.max(type, widthOf(column.name, FONT_HEAD) + HEADER);
    for (const row of rows) {
      // Digits and the signs between them are drawn with one width, which the canvas does not do.
      const text = plain(row[index], column.kind).replace(/[\d:+.,-]/g, "0");
      widest = Math.max(widest, widthOf(text, column.kind === "json" ? FONT_JSON : FONT) + PADDING + 3);
    }
    return Math.round(Math.max(MIN, widest));
  }

  resize(index: number, width: number): void {
    this.#widths[index] = Math.round(Math.max(MIN, Math.min(2000, width)));
  }

  /** As wide as the widest value that is here. */
  fit(index: number, rows: Iterable<Row>): void {
    const column = this.#columns[index];
    if (column) this.resize(index, Math.min(MAX_FIT, this.#fitted(column, index, [...rows])));
  }

  /** Hides or shows a column; the last one stays. */
  toggle(index: number): void {
    const hidden = new Set(this.hidden);
    if (!hidden.delete(index)) hidden.add(index);
    if (hidden.size < this.#columns.length) this.hidden = hidden;
  }

  showAll(): void {
    this.hidden = new Set();
  }

  /** The columns in sight, and always the one at `keep`: the focus may be in it. */
  seen(scrolled: number, width: number, keep: number): Placed[] {
    const from = scrolled - 200;
    const to = scrolled + width + 200;
    return this.placed.filter((one) => (one.left < to && one.left + one.width > from) || one.at === keep);
  }
}

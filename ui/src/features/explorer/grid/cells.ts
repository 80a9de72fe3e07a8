// How a value is written into a cell: what cannot be seen becomes a symbol, nothing can reach beyond its cell. Text only.
import type { CellKind, ColumnView } from "@/ipc";

/** A piece of a cell's text; a mark stands for a character that would not be seen. */
export type Piece = { text: string; mark: boolean };

// Control characters, spaces without width and what turns the direction of writing around: all invisible, all sometimes meant to be.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]/u;
const SPLIT = new RegExp(`(${UNSEEN.source})`, "u");

function symbol(character: string): string {
  if (character === "\n") return "↵";
  if (character === "\t") return "⇥";
  if (character === "\r") return "␍";
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A value's text in pieces; one piece where there is nothing to mark. */
export function pieces(value: string, kind: CellKind): Piece[] {
  // JSON is folded on one line: its own line breaks mean nothing.
  const text = kind === "json" ? value.replace(/\s*\n\s*/g, " ") : value;
  if (!UNSEEN.test(text)) return [{ text, mark: false }];
  return text
    .split(SPLIT)
    .filter(Boolean)
    .map((part) => (UNSEEN.test(part) ? { text: symbol(part), mark: true } : { text: part, mark: false }));
}

/** Numbers stand at the right, so that their digits do. */
export function atRight(column: ColumnView): boolean {
  return column.kind === "number";
}

/** A value as a screen reader says it and as the width of its column is measured. */
export function plain(value: string | null | undefined, kind: CellKind): string {
  if (value === null) return "NULL";
  return pieces(value ?? "", kind)
    .map((piece) => piece.text)
    .join("");
}

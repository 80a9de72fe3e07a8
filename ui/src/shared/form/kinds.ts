// Small decisions about how a kind of field is drawn.

import type { FieldKind } from "@/ipc";

export type KindOf<K extends FieldKind["kind"]> = Extract<FieldKind, { kind: K }>;

/** A few short options stand side by side; more, or longer ones, fold into a list. */
export function drawnAs(kind: FieldKind): FieldKind["kind"] | "segments" {
  if (kind.kind !== "select") return kind.kind;
  const letters = kind.options.reduce((sum, option) => sum + option.label.length, 0);
  return kind.options.length <= 3 && letters <= 36 ? "segments" : "select";
}

/** A size in bytes, as a person says it. */
export function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let n = bytes;
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${Number.isInteger(n) ? n : n.toFixed(1)} ${units[unit]}`;
}

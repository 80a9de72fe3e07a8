// Which part of the text would run: what is selected, else the statement that the cursor is in.
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

export type Target = {
  sql: string;
  from: number;
  to: number;
  /** Selected by hand, or the only one, or one of several. */
  kind: "selection" | "only" | "one";
  /** Which one, from 1, of how many. */
  n: number;
  of: number;
};

type Span = { from: number; to: number };

/** The statements of a text; empty ones are left out. */
export function statements(state: EditorState): Span[] {
  const tree = ensureSyntaxTree(state, state.doc.length, 100) ?? syntaxTree(state);
  const spans: Span[] = [];
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    if (node.name === "Statement" && trimmed(state, node).to > node.from) spans.push({ from: node.from, to: node.to });
  }
  return spans;
}

/** Without the semicolon at its end and the space around it. */
function trimmed(state: EditorState, { from, to }: Span): Span {
  const text = state.sliceDoc(from, to);
  const end = text.replace(/[\s;]+$/u, "").length;
  const begin = /^\s*/u.exec(text)?.[0].length ?? 0;
  return { from: Math.min(from + begin, from + end), to: from + end };
}

export function target(state: EditorState): Target | undefined {
  const { main } = state.selection;
  if (!main.empty) {
    const span = trimmed(state, main);
    const sql = state.sliceDoc(span.from, span.to);
    return sql ? { sql, ...span, kind: "selection", n: 1, of: 1 } : undefined;
  }
  const spans = statements(state);
  // The cursor is in it, or behind its end and before the next.
  let at = spans.findIndex((span) => main.head <= span.to && main.head >= span.from);
  if (at < 0)
    at = Math.max(
      0,
      spans.findLastIndex((span) => span.from <= main.head),
    );
  const found = spans[at];
  if (!found) return undefined;
  const span = trimmed(state, found);
  const kind = spans.length > 1 ? "one" : "only";
  return { sql: state.sliceDoc(span.from, span.to), ...span, kind, n: at + 1, of: spans.length };
}

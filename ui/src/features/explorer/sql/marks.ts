// Where there are several statements, a line beside the one that would run.
import type { Range } from "@codemirror/state";
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";
import { target } from "./statements";

const mark = Decoration.line({ class: "cm-target" });

function lines(view: EditorView): DecorationSet {
  const found = target(view.state);
  if (found?.kind !== "one") return Decoration.none;
  const ranges: Range<Decoration>[] = [];
  const last = view.state.doc.lineAt(found.to).number;
  for (let n = view.state.doc.lineAt(found.from).number; n <= last; n++) ranges.push(mark.range(view.state.doc.line(n).from));
  return Decoration.set(ranges);
}

export const marks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = lines(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.selectionSet) this.decorations = lines(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

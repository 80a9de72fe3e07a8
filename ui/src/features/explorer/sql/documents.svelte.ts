// What was typed, per connection, while the program runs: leaving the tab, the table or the place loses nothing.
import type { EditorState } from "@codemirror/state";

export class Document {
  /** The text with its selection and its undo; none before the editor was first shown. */
  state: EditorState | undefined;
  /** The row limit that was chosen. */
  limit = $state("10000");
  /** Pixels of the editor. */
  height = $state(200);
}

const documents = new Map<string, Document>();

export function documentOf(connection: string): Document {
  const found = documents.get(connection) ?? new Document();
  documents.set(connection, found);
  return found;
}

/** For tests: as if the program had just begun. */
export function forget(): void {
  documents.clear();
}

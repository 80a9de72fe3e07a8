// What a form asks of the program behind it. The form itself calls no command: whoever shows it hands these in.

import type { ChoicePage, DraftId, DraftView, Environment, FieldError, Pasted, SecretSource } from "@/ipc";

/** A place in the window, in CSS pixels. */
export interface Spot {
  x: number;
  y: number;
}

/** The commands on one draft, and what the window tells of files dragged over it. */
export interface FormPort {
  set(draft: DraftId, field: string, value: string): Promise<DraftView>;
  secret(draft: DraftId, field: string, text: string): Promise<DraftView>;
  secretClear(draft: DraftId, field: string): Promise<DraftView>;
  source(draft: DraftId, field: string, source: SecretSource): Promise<DraftView>;
  organise(draft: DraftId, environment: Environment, labels: string[]): Promise<DraftView>;
  paste(draft: DraftId, text: string): Promise<Pasted>;
  fileChoose(draft: DraftId, field: string): Promise<DraftView>;
  fileDrop(draft: DraftId, field: string): Promise<DraftView>;
  filePaste(draft: DraftId, field: string, text: string): Promise<DraftView>;
  fileClear(draft: DraftId, field: string): Promise<DraftView>;
  choices(draft: DraftId, field: string, search: string, page: string | null, run: string): Promise<ChoicePage>;
  /** Stops the loading of choices. */
  stop(run: string): void;
  check(draft: DraftId): Promise<FieldError[]>;
  /** A file hovers over the window (null: it left). Returns what ends the listening. */
  onHover(hear: (at: Spot | null) => void): () => void;
  /** A file was dropped. Returns what ends the listening. */
  onDrop(hear: (at: Spot) => void): () => void;
}

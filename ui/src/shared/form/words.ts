// What went wrong, in words for a form. Failures arrive as the program's one error; anything else is a defect.

import type { ErrorView } from "@/ipc";
import { m } from "@/paraglide/messages";

/** The program's error inside whatever was thrown, if there is one. */
export function failureOf(error: unknown): ErrorView | null {
  if (!(error instanceof Error) || !("view" in error)) return null;
  return error.view as ErrorView;
}

/** What failed, why, and what to do, in one line. */
export function failureWords(error: unknown): string {
  const view = failureOf(error);
  if (!view) return m.form_defect();
  return [view.what, view.why, view.remedy].filter(Boolean).join(" ");
}

/** The failure says that a pasted text is no connection: nothing went wrong. */
export function isNoConnection(error: unknown): boolean {
  return failureOf(error)?.code === "draft.not_a_connection";
}

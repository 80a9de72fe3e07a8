// What a form is made of besides its spec, and what can be told of a field from its draft alone.

import type { ConnectorSpec, DraftView, Field, FieldError, SecretView } from "@/ipc";

/** What a control on the screen can do for the form. */
export interface Control {
  /** Takes the focus, opening itself first where it has to. */
  focus(): void;
  /** Hands over a secret that was typed and not yet sent, and empties itself. */
  collect?(): string | null;
}

/** What a paste did, to be looked at and perhaps undone. */
export interface Review {
  before: DraftView;
  filled: string[];
  ignored: string[];
}

/** There is a secret that will be used; a stored one whose destination changed is not. */
export function isHeld(secret: SecretView | undefined): boolean {
  return secret?.from === "typed" || (secret?.from === "stored" && secret.asked_again_because === null);
}

/** The field holds something: a value, a file, a secret, or the promise to ask. */
export function isGiven(draft: DraftView, id: string, value: string): boolean {
  const secret = draft.secrets[id];
  if (secret) return isHeld(secret) || secret.source === "ask";
  return value.trim() !== "" || id in draft.files;
}

/** The field holds something else than from the start. */
export function differs(draft: DraftView, field: Field, value: string): boolean {
  const secret = draft.secrets[field.id];
  if (secret) return secret.from !== "nowhere";
  return field.id in draft.files || value.trim() !== (field.default ?? "");
}

/** The ids by which a control, its label, its help and its error are tied together. */
export interface Ids {
  control: string;
  label: string;
  help: string;
  error: string;
}

export function idsOf(base: string): Ids {
  return { control: base, label: `${base}-label`, help: `${base}-help`, error: `${base}-error` };
}

/** What is wrong, one for each field, in the form's order; what a field was refused for stands in place of the rest. */
export function inOrder(spec: ConnectorSpec, errors: FieldError[], refused: Record<string, string>): FieldError[] {
  const order = spec.fields.map((f) => f.id);
  const others = errors.filter((e) => !(e.field in refused));
  const mine = Object.entries(refused).map(([field, message]) => ({ field, code: "refused", message }));
  return [...others, ...mine].sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
}

// The state of one form: what is typed and not yet sent, the draft as Rust last showed it, and what is wrong with it.
// The values live in the draft in Rust; what is here is only the way there. It draws nothing and calls commands
// only through its port. No secret is ever a part of it: a control hands its text over once and is emptied.

import { tick } from "svelte";
import type { ConnectorSpec, DraftView, Environment, Field, FieldError, Pasted, SecretSource } from "@/ipc";
import { differs, idsOf, inOrder, isGiven, type Ids, type Control, type Review } from "./parts";
import type { FormPort } from "./port";
import { Turns } from "./turns";
import { m } from "@/paraglide/messages";
import { failureOf, failureWords, isNoConnection } from "./words";

/** The pseudo-field whose value is the chosen sign-in card. */
export const SIGN_IN = "sign_in";

let forms = 0;

export class Form {
  /** As Rust last showed it. */
  draft: DraftView = $state.raw() as DraftView;
  /** *Connect* was pressed once: from now on everything that is wrong is shown. */
  submitted = $state(false);
  /** The section *Advanced* is open. */
  advancedOpen = $state(false);
  /** The last paste, until it is undone or dismissed. */
  review: Review | null = $state.raw(null);
  /** Something that failed and belongs to no field. */
  trouble: string | null = $state(null);

  #prefix = `form${++forms}`;
  #typed: Record<string, string> = $state({});
  #errors: FieldError[] = $state.raw([]);
  #refused: Record<string, string> = $state({});
  #left: Record<string, boolean> = $state({});
  /** What the person set: a default that follows another field differs from the spec's, and is still one. */
  #own: Record<string, boolean> = $state({});
  /** It began as a saved connection or a paste: what was set there is not told. */
  #inherits: boolean;
  #stored: string[];
  // Nothing on the screen depends on these.
  #controls = new Map<string, Control>();
  #turns = new Turns(() => this.#check());
  #timer?: ReturnType<typeof setTimeout>;

  constructor(
    readonly spec: ConnectorSpec,
    draft: DraftView,
    readonly port: FormPort,
    /** How long typing may rest before it is sent, in milliseconds. */
    private readonly rest = 250,
  ) {
    this.draft = draft;
    this.#stored = Object.keys(draft.secrets).filter((id) => draft.secrets[id]?.from === "stored");
    this.#inherits = draft.editing !== null || draft.dirty;
  }

  // ---- what is shown

  field(id: string): Field | undefined {
    return this.spec.fields.find((f) => f.id === id);
  }

  /** The words for a field, also for the sign-in cards, which are no field of the spec. */
  label(id: string): string {
    return this.field(id)?.label ?? (id === SIGN_IN ? m.form_sign_in() : id);
  }

  /** The fields on the screen, in the spec's order. */
  fields(advanced: boolean): Field[] {
    return this.spec.fields.filter((f) => f.advanced === advanced && this.shows(f.id));
  }

  /** The field is part of the form now. */
  shows(id: string): boolean {
    return this.draft.visible.includes(id);
  }

  value(id: string): string {
    return this.#typed[id] ?? this.draft.values[id] ?? "";
  }

  required(id: string): boolean {
    return this.draft.required.includes(id);
  }

  /** What holds something: a value, a file, a secret, or the promise to ask. */
  given(id: string): boolean {
    return isGiven(this.draft, id, this.value(id));
  }

  /** Something was typed that leaving would lose. */
  get dirty(): boolean {
    return this.draft.dirty || Object.keys(this.#typed).length > 0;
  }

  /** All that is wrong and shown now, in the form's order. */
  get errors(): FieldError[] {
    const shown = this.#errors.filter((e) => this.submitted || (this.#left[e.field] && e.code !== "required"));
    return inOrder(this.spec, shown, this.#refused);
  }

  error(id: string): string | null {
    return this.errors.find((e) => e.field === id)?.message ?? null;
  }

  /** How many fields of *Advanced* hold something else than from the start. */
  get changed(): number {
    return this.fields(true).filter((f) => (this.#inherits || this.#own[f.id]) && differs(this.draft, f, this.value(f.id)))
      .length;
  }

  /** The ids by which a control, its help and its error are tied together. */
  ids(id: string): Ids {
    return idsOf(`${this.#prefix}-${id}`);
  }

  /** A secret of the field was stored before this form was opened. */
  hadStored(id: string): boolean {
    return this.#stored.includes(id);
  }

  // ---- what is typed

  /** A key was pressed in a text: sent when typing rests. */
  type(id: string, text: string): void {
    this.#typed[id] = text;
    this.#own[id] = true;
    delete this.#refused[id];
    clearTimeout(this.#timer);
    if (!this.#turns.closed) this.#timer = setTimeout(() => this.#sendTyped(), this.rest);
  }

  /** A choice was made: sent at once. */
  choose(id: string, value: string): Promise<void> {
    this.#typed[id] = value;
    this.#own[id] = true;
    delete this.#refused[id];
    this.#sendTyped();
    return this.#turns.all;
  }

  /** The focus left the control: what is wrong with what was typed may be said now. */
  leave(id: string): void {
    this.#sendTyped();
    if (!this.given(id) || this.#left[id]) return;
    this.#left[id] = true;
    this.#run(async () => {});
  }

  /** A command that needs nothing but its field. */
  act(id: string, what: "secretClear" | "fileChoose" | "fileDrop" | "fileClear"): Promise<void> {
    return this.#run(async () => this.#took(id, await this.port[what](this.draft.id, id)), id);
  }

  secret(id: string, text: string): Promise<void> {
    return this.#run(async () => this.#took(id, await this.port.secret(this.draft.id, id, text)), id);
  }

  source(id: string, source: SecretSource): Promise<void> {
    return this.#run(async () => this.#took(id, await this.port.source(this.draft.id, id, source)), id);
  }

  organise(environment: Environment, labels: string[]): Promise<void> {
    return this.#run(async () => this.#took("", await this.port.organise(this.draft.id, environment, labels)));
  }

  filePaste(id: string, text: string): Promise<void> {
    return this.#run(async () => this.#took(id, await this.port.filePaste(this.draft.id, id, text)), id);
  }

  // ---- pasting

  /** Gives a pasted text to Rust. False when nothing of it was for this form. */
  async paste(text: string): Promise<boolean> {
    await this.flush();
    let done: Pasted | null = null;
    const before = this.draft;
    await this.#run(async () => {
      try {
        done = await this.port.paste(this.draft.id, text);
        this.draft = done.draft;
      } catch (error) {
        if (!isNoConnection(error)) throw error;
      }
    });
    return this.reviewed(done, before);
  }

  /** Shows for review what a paste did, also one that made this draft. */
  reviewed(done: Pasted | null, before: DraftView): boolean {
    if (!done || (done.filled.length === 0 && done.ignored.length === 0)) return false;
    this.review = { before, filled: done.filled, ignored: done.ignored };
    for (const id of done.filled) {
      delete this.#refused[id];
      this.#left[id] = true;
      this.#own[id] = true;
    }
    return done.filled.length > 0;
  }

  /** Puts back what the last paste replaced. A secret that was typed before it is asked for again. */
  async undoPaste(): Promise<void> {
    const review = this.review;
    this.review = null;
    for (const id of review?.filled ?? []) {
      if (this.draft.secrets[id]) await this.act(id, "secretClear");
      else if (id in this.draft.files && !(id in (review?.before.files ?? {}))) await this.act(id, "fileClear");
      else await this.choose(id, review?.before.values[id] ?? "");
    }
  }

  // ---- sending

  /** A control came onto the screen. Returns what takes it off again, with what was typed in it kept. */
  attach(id: string, control: Control): () => void {
    this.#controls.set(id, control);
    return () => {
      const text = control.collect?.();
      if (text) void this.secret(id, text);
      if (this.#controls.get(id) === control) this.#controls.delete(id);
    };
  }

  /** Everything typed is in the draft when this is done; secrets leave their controls. */
  async flush(): Promise<void> {
    for (const [id, control] of this.#controls) {
      const text = control.collect?.();
      if (text) void this.secret(id, text);
    }
    this.#sendTyped();
    await this.#turns.all;
  }

  /** Its draft is being closed: nothing is sent from now on. A form that only leaves the screen is flushed instead. */
  close(): void {
    this.#turns.close();
    clearTimeout(this.#timer);
  }

  /** Shows all that is wrong, as *Connect* found it, and goes to the first. */
  async wrong(errors: FieldError[]): Promise<void> {
    this.submitted = true;
    this.#errors = errors;
    const first = this.errors[0];
    if (first) await this.focus(first.field);
  }

  /** Says at the field what the warehouse had against it, until it is changed, and goes there. */
  async blame(id: string, message: string): Promise<void> {
    if (this.field(id)) this.#refused[id] = message;
    await this.focus(id);
  }

  /** Opens what hides the field and puts the focus into it. */
  async focus(id: string): Promise<void> {
    if (this.field(id)?.advanced) this.advancedOpen = true;
    await tick();
    this.#controls.get(id)?.focus();
  }

  #sendTyped(): void {
    clearTimeout(this.#timer);
    for (const [id, text] of Object.entries({ ...this.#typed })) {
      void this.#run(async () => {
        if (this.#typed[id] !== text) return;
        const draft = await this.port.set(this.draft.id, id, text);
        if (this.#typed[id] === text) delete this.#typed[id];
        this.draft = draft;
      }, id);
    }
  }

  #took(id: string, draft: DraftView): void {
    delete this.#refused[id];
    if (id) this.#left[id] = this.#own[id] = true;
    this.draft = draft;
  }

  #run(work: () => Promise<void>, id?: string): Promise<void> {
    return this.#turns.take(async () => {
      try {
        await work();
        this.trouble = null;
      } catch (error) {
        const field = failureOf(error)?.field ?? id;
        if (field && this.field(field)) this.#refused[field] = failureWords(error);
        else this.trouble = failureWords(error);
      }
    });
  }

  async #check(): Promise<void> {
    if (!this.submitted && !Object.values(this.#left).some(Boolean)) return;
    try {
      this.#errors = await this.port.check(this.draft.id);
    } catch (error) {
      this.trouble = failureWords(error);
    }
  }
}

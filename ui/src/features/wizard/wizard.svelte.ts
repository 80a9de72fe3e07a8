// Where a person is on the way to a connection: pick, first page, form. It outlives the screens that show it, so that
// a look into Settings loses nothing. The drafts are in Rust; here are only their forms, one for each warehouse begun.

import { tick } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import { api, type ConnectionView, type ConnectorSpec, type DraftView, type KeepSecrets, type Outcome } from "@/ipc";
import { m } from "@/paraglide/messages";
import { Form } from "@/shared/form/form.svelte";
import { failureWords, isNoConnection } from "@/shared/form/words";
import { navigation, type Route } from "@/shared/navigation.svelte";
import { session } from "@/shared/session.svelte";
import { TestRun } from "@/shared/stages.svelte";
import { toasts } from "@/shared/toasts.svelte";
import { port } from "./port";

/** The routes that lead into the wizard. */
export type Entry = Extract<Route, { at: "new" | "edit" | "duplicate" }>;

export type Step = "pick" | "first" | "form";

/** What was pressed. */
export type Verb = "connect" | "test";

let held: Wizard | null = null;

/** The wizard that was left for a look elsewhere, when it is the one meant; else a new one. */
export function wizardFor(connectors: readonly ConnectorSpec[], entry: Entry): Wizard {
  const same = held && !held.closed && held.connectors === connectors && JSON.stringify(held.entry) === JSON.stringify(entry);
  if (same && held) return held;
  void held?.close();
  held = new Wizard(connectors, entry);
  return held;
}

/** Begins anew, as after a start: the drafts of a wizard that was left for a look elsewhere are closed. */
export async function forget(): Promise<void> {
  const last = held;
  held = null;
  await last?.close();
}

export class Wizard {
  step: Step = $state("pick");
  spec: ConnectorSpec | null = $state.raw(null);
  form: Form | null = $state.raw(null);
  /** The notice before the form is being shown. */
  notice = $state(false);
  /** The question whether to leave is being asked. */
  leaving = $state(false);
  /** What failed outside a form, in words. */
  trouble: string | null = $state(null);
  /** What was pressed last. */
  verb: Verb = $state("connect");
  /** The last run was stopped by the person. */
  stopped = $state(false);
  run = new TestRun();

  #forms = new SvelteMap<string, Form>();
  #closed = false;
  #answer: (leave: boolean) => void = () => undefined;

  constructor(
    readonly connectors: readonly ConnectorSpec[],
    readonly entry: Entry,
  ) {
    if (entry.at === "new" && entry.connector) this.pick(entry.connector);
    if (entry.at !== "new") this.step = "form";
  }

  /** Fetches the draft of a connection that is edited or copied; does nothing for a new one. */
  async open(): Promise<void> {
    const { entry } = this;
    if (this.form || entry.at === "new") return;
    await this.#try(async () => {
      const form = this.#show(await (entry.at === "edit" ? api.connectionEdit(entry.id) : api.connectionDuplicate(entry.id)));
      if (entry.at === "edit" && entry.set) await this.#propose(form, entry.set);
    });
  }

  /** Goes to the field that a failed test named, with the value that it proposed. */
  async #propose(form: Form, { field, value }: { field: string; value?: string }): Promise<void> {
    if (value !== undefined) await form.choose(field, value);
    // The form has to be on the screen, and its heading had the focus.
    await tick();
    await form.focus(field);
  }

  /** Left or done: its drafts are gone. */
  get closed(): boolean {
    return this.#closed;
  }

  get editing(): boolean {
    return this.entry.at === "edit";
  }

  /** Something was typed that leaving would lose. */
  get dirty(): boolean {
    return !this.#closed && [...this.#forms.values()].some((form) => form.dirty);
  }

  pick(connector: string): void {
    this.spec = this.connectors.find((c) => c.id === connector) ?? null;
    this.trouble = null;
    this.step = this.spec ? "first" : "pick";
  }

  /** The button of the first page: the notice, when there is one, and then the form. */
  async setUp(confirmed = false): Promise<void> {
    const spec = this.spec;
    if (!spec) return;
    const begun = this.#forms.get(spec.id);
    if (spec.notice && !confirmed && !begun) {
      this.notice = true;
      return;
    }
    this.notice = false;
    if (begun) this.#resume(begun);
    else await this.#try(async () => this.#show(await api.draftNew(spec.id)));
  }

  /** Recognises the warehouse of a pasted text. False when it is none. */
  async pasteNew(text: string): Promise<boolean> {
    let found = false;
    await this.#try(async () => {
      const pasted = await api.draftPasteNew(text).catch((error: unknown) => {
        if (isNoConnection(error)) return null;
        throw error;
      });
      if (!pasted) return;
      found = true;
      const form = this.#show(pasted.draft);
      const blank = Object.fromEntries(form.spec.fields.map((f) => [f.id, f.default ?? ""]));
      form.reviewed(pasted, { ...pasted.draft, values: { ...pasted.draft.values, ...blank } });
    });
    return found;
  }

  /** One step back. Typing stays in its draft. */
  async back(): Promise<void> {
    if (this.run.running) {
      this.cancel();
    } else if (this.step === "form" && this.entry.at === "new") {
      await this.form?.flush();
      this.#forget();
      this.step = "first";
    } else if (this.step === "first") {
      this.step = "pick";
    } else {
      await this.leave();
    }
  }

  /** Leaves the wizard for the list, asking first when something would be lost. */
  async leave(): Promise<void> {
    if (await this.mayLeave()) navigation.go({ at: "connections" });
  }

  /** Shows where the vault can be opened, with a way back to the form, which is kept. */
  lookAtVault(): void {
    const run = () => navigation.go(this.entry);
    toasts.show(m.wizard_kept(), { action: { label: m.wizard_return(), run }, seconds: 60 });
    navigation.go({ at: "settings", section: "vault" });
  }

  /** Whether the person may go elsewhere now; asks when something would be lost. A yes forgets all drafts. */
  async mayLeave(): Promise<boolean> {
    if (this.run.running) this.cancel();
    await this.form?.flush();
    if (this.dirty) {
      this.leaving = true;
      const leave = await new Promise<boolean>((answer) => (this.#answer = answer));
      if (!leave) return false;
    }
    void this.close();
    return true;
  }

  /** What the person said to the question whether to leave. */
  answer(leave: boolean): void {
    this.leaving = false;
    this.#answer(leave);
  }

  /** Stops what runs, at once. */
  cancel(): void {
    if (!this.run.running) return;
    this.run.cancel();
    this.stopped = true;
  }

  /** *Connect*, *Save* or *Test*. The form is not judged here: Rust answers with all that is missing. */
  async go(verb: Verb, keep: KeepSecrets = "as_chosen"): Promise<void> {
    const form = this.form;
    if (!form || this.run.running) return;
    await form.flush();
    if (form.trouble) return;
    this.#forget();
    this.verb = verb;
    const draft = form.draft.id;
    let late: Outcome | undefined;
    const outcome = await this.run.start(form.spec.stages, async (run, hear) => {
      late = await (verb === "test" ? api.draftTest(draft, run, hear) : api.draftConnect(draft, run, keep, hear));
      // Cancelled a moment too late: it is saved, and saying otherwise would be untrue.
      if (this.stopped && late.outcome === "worked" && late.connection && verb === "connect") this.#saved(late.connection);
      return late;
    });
    if (outcome) await this.#ended(form, outcome);
  }

  async #ended(form: Form, outcome: Outcome): Promise<void> {
    if (outcome.outcome === "fields") {
      this.#forget();
      await form.wrong(outcome.errors);
    } else if (outcome.outcome === "failed") {
      // It was found locked just now: the banner says so too.
      if (outcome.error.kind === "vault") void session.lookAtVault().catch(() => undefined);
      if (outcome.error.field) await form.blame(outcome.error.field, outcome.error.what);
    } else if (this.verb === "connect" && outcome.connection) {
      this.#saved(outcome.connection);
    }
  }

  #saved(connection: ConnectionView): void {
    void this.close();
    const { name } = connection;
    toasts.show(this.editing ? m.wizard_saved({ name }) : m.wizard_connected({ name }), { tone: "success" });
    navigation.go({ at: "connections", highlight: connection.id });
  }

  #show(draft: DraftView): Form {
    const spec = this.connectors.find((c) => c.id === draft.connector);
    if (!spec) throw new Error(`no form for ${draft.connector}`);
    const form = new Form(spec, draft, port);
    const before = this.#forms.get(spec.id);
    if (before) void this.#discard(before).catch(() => undefined);
    this.#forms.set(spec.id, form);
    this.spec = spec;
    this.#resume(form);
    return form;
  }

  #resume(form: Form): void {
    this.form = form;
    this.#forget();
    this.step = "form";
  }

  /** Takes the last run off the screen. */
  #forget(): void {
    this.run.reset();
    this.stopped = false;
  }

  /** Forgets all drafts, here and in Rust. */
  async close(): Promise<void> {
    this.#closed = true;
    const forms = [...this.#forms.values()];
    this.#forms.clear();
    await Promise.allSettled(forms.map((form) => this.#discard(form)));
  }

  #discard(form: Form): Promise<unknown> {
    form.close();
    return api.draftClose(form.draft.id);
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      this.trouble = null;
      await work();
    } catch (error) {
      this.trouble = failureWords(error);
    }
  }
}

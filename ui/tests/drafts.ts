// Drafts in memory, with the rules that Rust has for every form: defaults, what is visible, what must be given. What a
// single warehouse adds (its own checks, its pastes, its choices) a test says itself.
import type {
  ChoicePage,
  Condition,
  ConnectorSpec,
  DraftView,
  Field,
  FieldError,
  Outcome,
  Pasted,
  SecretView,
  StageEvent,
} from "@/ipc";
import { connection, fail, type Args, type Handler, type World } from "./mock";

export type Script = { events: StageEvent[]; outcome: Outcome | null };

/** What a test decides, and can look at. */
export class Drafts {
  drafts = new Map<number, DraftView>();
  /** What pasting fills in: values, ids of secrets, words that were not used; null when it is nothing. */
  pastes: (
    text: string,
  ) => { connector?: string; values?: Record<string, string>; secrets?: string[]; ignored?: string[] } | null = () => null;
  choices: (field: string, search: string, page: string | null) => ChoicePage | Promise<ChoicePage> = () => ({
    items: [],
    next: null,
  });
  /** Checks beyond the spec's own. */
  checks: (draft: DraftView) => FieldError[] = () => [];
  /** How *Connect* and *Test* go when the form is right. */
  script: Script = {
    events: [],
    outcome: { outcome: "worked", summary: "It answered", warnings: [], millis: 12, connection: null },
  };
  /** The file that the next choice, drop or paste brings; null: cancelled. */
  file: { name: string; summary: string } | null = { name: "root.crt", summary: "CN=Example CA, valid until 2031-05-01" };
  next = 1;
}

const holds = (draft: DraftView, conditions: Condition[]) => conditions.every((c) => c.is.includes(draft.values[c.field] ?? ""));

export function isSecret(field: Field): boolean {
  return field.kind.kind === "secret" || (field.kind.kind === "file" && field.kind.secret);
}

/** What depends on the values, worked out anew. */
function settle(spec: ConnectorSpec, draft: DraftView): DraftView {
  const seen = spec.fields.filter((f) => holds(draft, f.visible_if));
  const must = (f: Field) => f.required === "always" || (typeof f.required === "object" && holds(draft, f.required.if));
  return { ...draft, visible: seen.map((f) => f.id), required: seen.filter(must).map((f) => f.id) };
}

export function freshDraft(spec: ConnectorSpec, id = 1): DraftView {
  const values = Object.fromEntries(spec.fields.flatMap((f) => (f.default === null ? [] : [[f.id, f.default]])));
  if (spec.sign_in[0]) values.sign_in = spec.sign_in[0].id;
  const none: SecretView = { from: "nowhere", source: "vault", file: null, summary: null, asked_again_because: null };
  const secrets = Object.fromEntries(spec.fields.filter(isSecret).map((f) => [f.id, { ...none }]));
  const blank = { id, connector: spec.id, editing: null, values, secrets, files: {}, visible: [], required: [] };
  return settle(spec, { ...blank, environment: "none", labels: [], dirty: false });
}

export function check(spec: ConnectorSpec, draft: DraftView): FieldError[] {
  const given = (f: Field) => {
    const secret = draft.secrets[f.id];
    if (secret) return secret.from !== "nowhere" || secret.source === "ask";
    return f.id in draft.files || (draft.values[f.id] ?? "").trim() !== "";
  };
  return spec.fields.flatMap((f): FieldError[] => {
    if (!draft.visible.includes(f.id)) return [];
    if (!given(f))
      return draft.required.includes(f.id) ? [{ field: f.id, code: "required", message: `${f.label} is needed.` }] : [];
    const text = (draft.values[f.id] ?? "").trim();
    if (f.kind.kind !== "number" || (/^-?\d+$/.test(text) && +text >= f.kind.min && +text <= f.kind.max)) return [];
    return [{ field: f.id, code: "number", message: `${f.label} is a whole number from ${f.kind.min} to ${f.kind.max}.` }];
  });
}

const notAConnection = () =>
  fail({ code: "draft.not_a_connection", kind: "invalid", what: "This text does not describe a connection." });

/** Teaches the stand-in for Rust about drafts. */
export function teach(world: World, change: (drafts: Drafts) => void = () => undefined): Drafts {
  const all = new Drafts();
  change(all);
  const specOf = (draft: DraftView) => world.specs.find((s) => s.id === draft.connector) as ConnectorSpec;
  const of = (args: Args) =>
    all.drafts.get(args.id as number) ?? fail({ code: "gone", what: "This form does not exist any more." });
  const keep = (draft: DraftView) => {
    const settled = settle(specOf(draft), draft);
    all.drafts.set(draft.id, settled);
    return settled;
  };
  const make = (connector: string) => {
    const spec = world.specs.find((s) => s.id === connector) ?? fail({ what: "There is no such warehouse." });
    return keep(freshDraft(spec, all.next++));
  };
  const secret = (args: Args, change: Partial<SecretView>) => {
    const draft = of(args);
    const field = args.field as string;
    const now = { ...(draft.secrets[field] as SecretView), ...change };
    return keep({ ...draft, secrets: { ...draft.secrets, [field]: now }, dirty: true });
  };
  const file = (args: Args) => {
    const draft = of(args);
    if (!all.file) return draft;
    const field = args.field as string;
    if (draft.secrets[field]) return secret(args, { from: "typed", file: all.file.name, summary: all.file.summary });
    return keep({ ...draft, files: { ...draft.files, [field]: all.file }, dirty: true });
  };
  const paste = (draft: DraftView, text: string): Pasted => {
    const got = all.pastes(text) ?? notAConnection();
    const typed = (id: string) => [id, { ...(draft.secrets[id] as SecretView), from: "typed" as const }];
    const secrets = { ...draft.secrets, ...Object.fromEntries((got.secrets ?? []).map(typed)) };
    const values = { ...draft.values, ...got.values };
    const filled = [...Object.keys(got.values ?? {}), ...(got.secrets ?? [])];
    return { draft: keep({ ...draft, values, secrets, dirty: true }), filled, ignored: got.ignored ?? [] };
  };
  const run = async (args: Args, saves: boolean): Promise<Outcome> => {
    const draft = of(args);
    const errors = [...check(specOf(draft), draft), ...all.checks(draft)];
    if (errors.length) return { outcome: "fields", errors };
    const stages = args.stages as { onmessage: (event: StageEvent) => void };
    for (const event of all.script.events) stages.onmessage(event);
    const { outcome } = all.script;
    if (outcome?.outcome !== "worked" || !saves) return outcome ?? new Promise<Outcome>(() => undefined);
    const { connector, environment, labels, values } = draft;
    const saved = connection({ connector, environment, labels, name: values.name, host: values.server ?? "" });
    if (draft.editing) saved.id = draft.editing;
    world.connections = [...world.connections.filter((c) => c.id !== saved.id), saved];
    return { ...outcome, connection: saved };
  };
  const open = (args: Args, editing: boolean) => {
    const from = world.connections.find((c) => c.id === args.id) ?? fail({ what: "This connection does not exist any more." });
    const draft = make(from.connector);
    const values = { ...draft.values, name: editing ? from.name : `${from.name} copy`, server: from.host };
    const secrets = Object.fromEntries(
      Object.entries(draft.secrets).map(([id, s]) => [id, { ...s, from: editing ? ("stored" as const) : s.from }]),
    );
    const { environment, labels } = from;
    return keep({ ...draft, editing: editing ? from.id : null, values, secrets, environment, labels });
  };
  const handlers: Record<string, Handler> = {
    draft_new: (args) => make(args.connector as string),
    draft_paste_new: ({ text }) => {
      const got = all.pastes(text as string);
      return got?.connector ? paste(make(got.connector), text as string) : notAConnection();
    },
    draft_view: of,
    draft_set: (args) => {
      const draft = of(args);
      return keep({ ...draft, values: { ...draft.values, [args.field as string]: args.value as string }, dirty: true });
    },
    draft_secret: (args) => secret(args, { from: "typed", file: null, summary: null }),
    draft_secret_clear: (args) => {
      const draft = of(args);
      const stored = draft.editing && draft.secrets[args.field as string]?.from === "typed";
      return secret(args, { from: stored ? "stored" : "nowhere", asked_again_because: null });
    },
    draft_source: (args) => {
      const source = args.source as SecretView["source"];
      return secret(args, source === "ask" ? { source, from: "nowhere", file: null, summary: null } : { source });
    },
    draft_organise: (args) =>
      keep({
        ...of(args),
        environment: args.environment as DraftView["environment"],
        labels: args.labels as string[],
        dirty: true,
      }),
    draft_paste: (args) => paste(of(args), args.text as string),
    draft_file_choose: file,
    draft_file_drop: file,
    draft_file_paste: file,
    draft_file_clear: (args) => {
      const draft = of(args);
      if (draft.secrets[args.field as string]) return secret(args, { from: "nowhere", file: null, summary: null });
      const files = Object.fromEntries(Object.entries(draft.files).filter(([id]) => id !== args.field));
      return keep({ ...draft, files, dirty: true });
    },
    draft_choices: (args) => all.choices(args.field as string, args.search as string, args.page as string | null),
    draft_check: (args) => [...check(specOf(of(args)), of(args)), ...all.checks(of(args))],
    draft_test: (args) => run(args, false),
    draft_connect: (args) => run(args, true),
    draft_close: (args) => {
      all.drafts.delete(args.id as number);
      return null;
    },
    connection_edit: (args) => open(args, true),
    connection_duplicate: (args) => open(args, false),
  };
  Object.assign(world.handlers, handlers, { ...world.handlers });
  return all;
}

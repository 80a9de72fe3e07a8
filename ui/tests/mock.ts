// A stand-in for Rust, for tests and the preview only: the same commands over a few things in memory.
import type {
  Asked,
  ConnectionView,
  ConnectorSpec,
  ErrorView,
  Licence,
  ListPage,
  ListRequest,
  News,
  Outcome,
  SettingsView,
  StageEvent,
  Start,
  VaultView,
} from "@/ipc";
import { clearMocks, mockIPC, mockWindows } from "@tauri-apps/api/mocks";
import { specs } from "./specs";

export type Args = Record<string, unknown>;
export type Handler = (args: Args, world: World) => unknown;
type StageChannel = { onmessage: (event: StageEvent) => void };

/** Everything that the stand-in knows; tests change it and look at it. */
export class World {
  specs: ConnectorSpec[] = specs;
  connections: ConnectionView[] = [];
  deleted = new Map<string, ConnectionView>();
  settings: SettingsView = {
    settings: { theme: "system", proxy: { mode: "system" } },
    extra_ca: null,
    data_dir: "/home/ana/.local/share/landbridge",
    log_file: "/home/ana/.local/share/landbridge/logs/landbridge.log",
  };
  vault: VaultView = { standing: "open", because: null, recovery: false, sealed: 3 };
  licences: Licence[] = [
    { name: "svelte", version: "5.57.3", licence: "MIT" },
    { name: "tokio", version: "1.48.0", licence: "MIT" },
    { name: "ring", version: "0.17.14", licence: "Apache-2.0 AND ISC" },
  ];
  dependents: string[] = [];
  /** How a test of a connection goes: its stages, then its outcome; null waits for ever (until cancelled). */
  script: { events: StageEvent[]; outcome: Outcome | null } = worked();
  /** Every call, in order. */
  calls: { command: string; args: Args }[] = [];
  handlers: Record<string, Handler> = {};
  /** The window's ear: what Rust tells without being asked goes there. */
  news: { onmessage: (news: News) => void } | undefined;

  called(command: string): Args[] {
    return this.calls.filter((call) => call.command === command).map((call) => call.args);
  }
}

/** Fails a command, as Rust does. */
export function fail(view: Partial<ErrorView>): never {
  throw error(view);
}

export function error(view: Partial<ErrorView>): ErrorView {
  return {
    code: "test.failure",
    kind: "internal",
    what: "It did not work.",
    why: "",
    remedy: "",
    stage: null,
    field: null,
    vendor: null,
    actions: [],
    retryable: false,
    ...view,
  };
}

export function connection(view: Partial<ConnectionView> = {}): ConnectionView {
  return {
    id: crypto.randomUUID(),
    connector: "postgres",
    name: "City",
    host: "db.example.org",
    environment: "none",
    labels: [],
    last_test: null,
    asks: false,
    changed_at: 0,
    ...view,
  };
}

export function stage(id: string, state: StageEvent["state"], millis = 0, note: string | null = null): StageEvent {
  return { stage: id, state, millis, note, error: null };
}

export function worked(): { events: StageEvent[]; outcome: Outcome } {
  const ids = ["resolve", "reach", "tls", "login", "query", "capabilities"];
  return {
    events: ids.flatMap((id, at) => [stage(id, "started"), stage(id, "done", 3 + at * 7)]),
    outcome: { outcome: "worked", summary: "PostgreSQL 15.18, PostGIS 3.3.2", warnings: [], millis: 134, connection: null },
  };
}

const collator = new Intl.Collator("en", { numeric: true });

function list(world: World, request: ListRequest): ListPage {
  const text = request.search.toLowerCase();
  const hit = (c: ConnectionView) => [c.name, c.host, ...c.labels].some((words) => words.toLowerCase().includes(text));
  const found = world.connections.filter((c) => hit(c) && (!request.connector || c.connector === request.connector));
  const by = {
    name: (a: ConnectionView, b: ConnectionView) => collator.compare(a.name, b.name),
    last_test: (a: ConnectionView, b: ConnectionView) => (a.last_test?.at ?? 0) - (b.last_test?.at ?? 0),
    changed: (a: ConnectionView, b: ConnectionView) => a.changed_at - b.changed_at,
    warehouse: (a: ConnectionView, b: ConnectionView) => a.connector.localeCompare(b.connector),
  }[request.sort];
  found.sort((a, b) => (request.descending ? -by(a, b) : by(a, b)));
  const items = found.slice(request.offset, request.offset + request.limit);
  return { items, total: found.length, all: world.connections.length, unreadable: [] };
}

const find = (world: World, id: unknown) =>
  world.connections.find((c) => c.id === id) ?? fail({ kind: "not_found", what: "This connection does not exist any more." });

async function play(args: Args, world: World): Promise<Outcome> {
  const stages = args.stages as StageChannel;
  for (const event of world.script.events) stages.onmessage(event);
  return world.script.outcome ?? new Promise<Outcome>(() => undefined);
}

const usual: Record<string, Handler> = {
  app_start: (_, world): Start => ({ connectors: world.specs, settings: world.settings, vault: world.vault, version: "0.1.0" }),
  connections_list: ({ request }, world) => list(world, request as ListRequest),
  connection_dependents: (_, world) => ({ items: world.dependents }),
  connection_delete: ({ id }, world) => {
    world.deleted.set(id as string, find(world, id));
    world.connections = world.connections.filter((c) => c.id !== id);
    return { id, undo_seconds: 10 };
  },
  connection_restore: ({ id }, world) => {
    const back = world.deleted.get(id as string) ?? fail({ kind: "not_found", what: "This connection does not exist any more." });
    world.connections.push(back);
    return back;
  },
  connection_organise: ({ id, environment, labels }, world) => {
    const now = { ...find(world, id), environment, labels } as ConnectionView;
    world.connections = world.connections.map((c) => (c.id === id ? now : c));
    return now;
  },
  connection_test: async (args, world) => {
    const outcome = await play(args, world);
    const failed = outcome.outcome !== "worked";
    const summary = outcome.outcome === "worked" ? outcome.summary : "";
    const now = {
      ...find(world, args.id),
      last_test: { state: failed ? "failed" : "ok", at: Date.now(), summary },
    } as ConnectionView;
    world.connections = world.connections.map((c) => (c.id === args.id ? now : c));
    return outcome.outcome === "worked" ? { ...outcome, connection: now } : outcome;
  },
  vault_view: (_, world) => world.vault,
  vault_retry: (_, world) => world.vault,
  vault_unlock: (_, world) => (world.vault = { ...world.vault, standing: "open", because: null }),
  vault_set_recovery: (_, world) => (world.vault = { ...world.vault, recovery: true }),
  vault_remove_recovery: (_, world) => (world.vault = { ...world.vault, recovery: false }),
  vault_rekey: (_, world) => world.vault,
  settings_view: (_, world) => world.settings,
  settings_set: ({ settings }, world) => (world.settings = { ...world.settings, settings: settings as SettingsView["settings"] }),
  settings_choose_ca: (_, world) =>
    (world.settings = {
      ...world.settings,
      extra_ca: { name: "company-ca.pem", summary: "CN=Company Root, valid until 2031-05-01" },
    }),
  settings_clear_ca: (_, world) => (world.settings = { ...world.settings, extra_ca: null }),
  // Of the Data Explorer, what every screen may ask; the rest is in explorer.ts.
  tree_search: () => ({ items: [], total: 0, among: 0 }),
  derived_view: () => [],
  report_text: () => "Landbridge 0.1.0\n",
  licences: (_, world) => world.licences,
  listen: ({ news }, world) => {
    world.news = news as World["news"];
    return null;
  },
};

/** Puts the stand-in in Rust's place. */
export function install(change: (world: World) => void = () => undefined): World {
  const world = new World();
  change(world);
  mockWindows("main");
  mockIPC(async (command, payload) => {
    const args = (payload ?? {}) as Args;
    world.calls.push({ command, args });
    const handler = world.handlers[command] ?? usual[command];
    return handler ? await handler(args, world) : null;
  });
  return world;
}

export function uninstall(): void {
  clearMocks();
}

/** Lets Rust ask for one more input. */
export function ask(world: World, asked: Asked): void {
  world.news?.onmessage({ news: "asked", asked });
}

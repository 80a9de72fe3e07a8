// The scenes of the frame, the list of connections and the settings.
import { tick } from "svelte";
import type { ConnectionView, Environment, TestState } from "@/ipc";
import { toasts } from "@/shared/toasts.svelte";
import { ask, connection, error, stage, type World } from "../../mock";
import { press, until, type Scene } from "../scene";

const NOW = Date.now();
const names = [
  "City of Lisbon",
  "Fleet tracking",
  "Land registry",
  "Sandbox",
  "Weather stations",
  "Parcels 2026",
  "Retail sites",
  "Ärzte & Praxen",
];
const hosts = [
  "db.lisbon.example.org",
  "fleet-prod.c9akciq32.eu-west-1.rds.example.com",
  "10.4.0.12",
  "localhost",
  "/var/run/postgresql",
];
const environments: Environment[] = ["production", "staging", "development", "none"];
const states: (TestState | null)[] = ["ok", "ok", "warning", "failed", null];
const words = ["geo", "finance", "nightly", "team maps", "read replica"];

function many(world: World, count: number): void {
  world.connections = Array.from({ length: count }, (_, at): ConnectionView => {
    const state = states[at % states.length] ?? null;
    return connection({
      name: count > 20 ? `${names[at % names.length]} ${at + 1}` : names[at % names.length],
      connector: world.specs[at % world.specs.length]?.id ?? "postgres",
      host: hosts[at % hosts.length],
      environment: environments[at % environments.length],
      labels: words.slice(0, at % 4),
      last_test: state && { state, at: NOW - (at + 1) * 7 * 60_000, summary: "PostgreSQL 15.18" },
    });
  });
}

const locked = (world: World) => {
  world.vault = {
    standing: "locked",
    recovery: true,
    sealed: 4,
    because: error({
      kind: "vault",
      what: "The keychain of this computer did not answer.",
      why: "No Secret Service runs in this session.",
      remedy: "Unlock the keyring and try again, or type the recovery passphrase.",
    }),
  };
};

const openMenu = async (name: string) => {
  const trigger = await until(() => document.querySelector<HTMLElement>(`[aria-label="Actions for ${name}"]`));
  trigger.focus();
  trigger.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await until(() => document.querySelector('[role="menuitem"]'));
};

const pick = async (name: string, item: string) => {
  await openMenu(name);
  const found = await until(() =>
    [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find((one) => one.textContent?.trim() === item),
  );
  found.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
  found.click();
};

const key = async (name: string, mod = false) => {
  await tick();
  window.dispatchEvent(new KeyboardEvent("keydown", { key: name, ctrlKey: mod, bubbles: true }));
};

const list = () => until(() => document.querySelector("[data-connection]"));

export const scenes: Record<string, Scene> = {
  empty: {},
  "empty-locked": { world: locked },
  cards: { world: (world) => many(world, 7) },
  rows: { world: (world) => many(world, 10_000) },
  "rows-none": {
    world: (world) => many(world, 40),
    then: async () => {
      await list();
      const input = await until(() => document.querySelector<HTMLInputElement>('[aria-label="Search name, host or label"]'));
      input.value = "nowhere";
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await until(() => document.querySelector(".none"));
    },
  },
  menu: { world: (world) => many(world, 7), then: () => openMenu("Land registry") },
  "list-error": {
    world: (world) => {
      world.handlers.connections_list = () => {
        throw error({ kind: "store", what: "The list could not be read.", why: "The database is busy.", remedy: "Try again." });
      };
    },
  },
  testing: {
    world: (world) => {
      many(world, 7);
      world.script = {
        events: [
          stage("resolve", "started"),
          stage("resolve", "done", 3),
          stage("reach", "started"),
          stage("reach", "done", 24),
          stage("tls", "started"),
          stage("tls", "note", 0, "TLS 1.3, verified"),
          stage("tls", "done", 41),
          stage("login", "started"),
        ],
        outcome: null,
      };
    },
    then: () => pick("Fleet tracking", "Test"),
  },
  tested: { world: (world) => many(world, 7), then: () => pick("Fleet tracking", "Test") },
  "test-failed": {
    world: (world) => {
      many(world, 7);
      const failure = error({
        code: "postgres.wrong_password",
        kind: "auth",
        what: "The server did not accept the user name or password.",
        why: "PostgreSQL does not say which of the two is wrong.",
        remedy: "Check both, then try again.",
        stage: "login",
        vendor: { code: "28P01", message: 'password authentication failed for user "ana"' },
        retryable: true,
      });
      world.script = {
        events: [
          stage("resolve", "done", 3),
          stage("reach", "done", 24),
          stage("tls", "done", 41),
          { stage: "login", state: "failed", millis: 77, note: null, error: failure },
        ],
        outcome: { outcome: "failed", error: failure },
      };
    },
    then: () => pick("Fleet tracking", "Test"),
  },
  delete: {
    world: (world) => {
      many(world, 7);
      world.dependents = ["Map “Bus stops”", "Map “Depots at night”"];
    },
    then: () => pick("Land registry", "Delete…"),
  },
  organise: { world: (world) => many(world, 7), then: () => pick("Land registry", "Environment and labels…") },
  undo: {
    world: (world) => many(world, 7),
    then: async () => {
      await pick("Sandbox", "Delete…");
      await press("button", "Delete");
    },
  },
  palette: {
    world: (world) => many(world, 7),
    then: async () => {
      await list();
      await key("k", true);
    },
  },
  shortcuts: {
    world: (world) => many(world, 7),
    then: async () => {
      await list();
      await key("?");
    },
  },
  asked: {
    world: (world) => many(world, 7),
    then: async (world) => {
      await list();
      ask(world, {
        id: 1,
        run: null,
        question: { kind: "secret", field: "password", label: "Password", purpose: "ana@db.example.org" },
      });
    },
  },
  settings: { hash: "#/settings" },
  "settings-locked": { hash: "#/settings/vault", world: locked },
  "settings-about": { hash: "#/settings/about" },
  "settings-proxy": {
    hash: "#/settings/network",
    world: (world) => (world.settings.settings.proxy = { mode: "manual", url: "socks5://proxy.example.org:1080" }),
    then: () => press("button", "Choose a file…"),
  },
  passphrase: {
    hash: "#/settings/vault",
    then: async () => {
      await press("button", "Set passphrase");
      const input = await until(() => document.querySelector<HTMLInputElement>("#recovery-first"));
      input.value = "orchard violin marble";
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    },
  },
  "start-failed": {
    world: (world) => {
      world.handlers.app_start = () => {
        throw error({
          code: "store.newer",
          kind: "store",
          what: "Your data were made by a newer Landbridge.",
          why: "The database has version 9; this program knows up to 3.",
          remedy: "Install the newer version again.",
        });
      };
    },
  },
  toasts: {
    world: (world) => many(world, 7),
    then: async () => {
      await list();
      toasts.show("City of Lisbon is saved", { tone: "success" });
      toasts.show("The link could not be opened in your browser.", { tone: "danger" });
    },
  },
};

// The wizard's scenes: pick, first pages, every form, what happens on the way.
import { tick } from "svelte";
import type { ErrorView } from "@/ipc";
import { teach, type Drafts } from "../../drafts";
import { everything } from "../../everything";
import { connection, error, stage, type World } from "../../mock";
import { specs } from "../../specs";
import { named, press, until, type Scene } from "../scene";

const button = (name: string) => press("button", name);
const pause = (millis: number) => new Promise((go) => setTimeout(go, millis));

/** Types into a field found by its label. */
async function fill(label: string, text: string): Promise<void> {
  const control = await until(() => {
    const found = [...document.querySelectorAll("label")].find((l) => l.textContent === label);
    return found?.control as HTMLInputElement | null | undefined;
  });
  control.focus();
  control.value = text;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.blur();
  await tick();
}

const world =
  (change: (drafts: Drafts, world: World) => void = () => undefined) =>
  (w: World) => {
    // The form of all kinds is no warehouse: it is there only where a scene is about it.
    w.specs = location.search.includes("everything") ? [everything] : specs;
    teach(w, (drafts) => change(drafts, w));
  };

async function form(id: string): Promise<void> {
  const spec = [...specs, everything].find((s) => s.id === id);
  await button(spec?.first_page.button ?? "");
  if (spec?.notice) await button(spec.notice.button);
  await until(() => document.querySelector("form"));
}

const postgres = "#/new/postgres";
const started = [
  stage("resolve", "started"),
  stage("resolve", "done", 4, "192.0.2.10"),
  stage("reach", "started"),
  stage("reach", "done", 18),
];
const wrong: ErrorView = error({
  code: "postgres.wrong_password",
  kind: "auth",
  what: "The server did not accept this user name and password.",
  why: "PostgreSQL does not say which of the two is wrong.",
  remedy: "Check both, and that the user may log in from this computer.",
  stage: "login",
  field: "password",
  vendor: { code: "28P01", message: 'password authentication failed for user "ana"' },
  retryable: true,
});

async function filled(): Promise<void> {
  await form("postgres");
  await fill("Name", "City");
  await fill("Server", "db.example.org");
  await fill("Username", "ana");
  await fill("Password", "secret");
  await pause(400);
}

const failing = (view: ErrorView, at: string) => (drafts: Drafts) => {
  const login = at === "login" ? [stage("tls", "started"), stage("tls", "done", 31, "TLS 1.3"), stage("login", "started")] : [];
  drafts.script = { events: [...started, ...login, stage(at, "failed", 12)], outcome: { outcome: "failed", error: view } };
};

const forms: Record<string, Scene> = {};
for (const spec of [...specs, everything]) {
  const open = async () => {
    await form(spec.id);
    (named("button", "Advanced") ?? document.querySelector<HTMLElement>("button[aria-expanded]"))?.click();
  };
  const hash = `#/new/${spec.id}`;
  forms[`first-${spec.id}`] = { world: world(), hash };
  forms[`form-${spec.id}`] = { world: world(), hash, then: () => form(spec.id) };
  forms[`form-${spec.id}-advanced`] = { world: world(), hash, then: open };
  for (const way of spec.sign_in.slice(1)) {
    forms[`form-${spec.id}-${way.id}`] = {
      world: world(),
      hash,
      then: async () => {
        await form(spec.id);
        (await until(() => document.querySelector<HTMLInputElement>(`input[value="${way.id}"]`))).click();
      },
    };
  }
  if (spec.notice) forms[`notice-${spec.id}`] = { world: world(), hash, then: () => button(spec.first_page.button) };
}

export const scenes: Record<string, Scene> = {
  ...forms,
  pick: { world: world(), hash: "#/new" },
  "pick-paste": { world: world(), hash: "#/new", then: () => button("Paste a connection URL") },
  "wizard-missing": {
    world: world(),
    hash: postgres,
    then: async () => {
      await form("postgres");
      await button("Connect");
    },
  },
  "wizard-running": {
    world: world((drafts) => {
      drafts.script = { events: [...started, stage("tls", "started")], outcome: null };
    }),
    hash: postgres,
    then: async () => {
      await filled();
      await button("Connect");
    },
  },
  "wizard-failed": {
    world: world(failing(wrong, "login")),
    hash: postgres,
    then: async () => {
      await filled();
      await button("Connect");
      await until(() => document.querySelector("[role=alert] details"));
    },
  },
  "wizard-ca": {
    world: world(
      failing(
        error({
          code: "tls.unknown_ca",
          kind: "tls",
          what: "The server’s certificate is from an authority that this computer does not know.",
          why: "It was issued by “Example Corp Root CA”.",
          remedy: "Choose that authority’s certificate, or encrypt without verifying the server.",
          stage: "tls",
          field: "root_certificate",
          actions: [
            { do: "set", field: "ssl_mode", value: "require", label: "Use “require”" },
            { do: "copy", label: "Copy the fingerprint", text: "AA:BB" },
          ],
          vendor: { code: null, message: "invalid peer certificate: UnknownIssuer" },
        }),
        "tls",
      ),
    ),
    hash: postgres,
    then: async () => {
      await filled();
      await button("Connect");
      await until(() => document.querySelector("[role=alert] details"));
    },
  },
  "wizard-vault": {
    world: world((drafts, w) => {
      w.vault = { ...w.vault, standing: "locked" };
      failing(
        error({
          code: "vault.locked",
          kind: "vault",
          what: "The password cannot be saved: the vault is locked.",
          why: "The keyring of this computer did not answer.",
          remedy: "Unlock the keyring, or keep the password for this session only.",
        }),
        "capabilities",
      )(drafts);
    }),
    hash: postgres,
    then: async () => {
      await filled();
      await button("Connect");
      await until(() => document.querySelector("[role=alert] details"));
    },
  },
  "wizard-tested": {
    world: world((drafts) => {
      const ids = ["resolve", "reach", "tls", "login", "query"];
      drafts.script = {
        events: [
          ...ids.flatMap((id, n) => [stage(id, "started"), stage(id, "done", 4 + n * 9, id === "tls" ? "TLS 1.3" : null)]),
          stage("capabilities", "started"),
          stage("capabilities", "warning", 0, "PostGIS is not installed"),
          stage("capabilities", "done", 22),
        ],
        outcome: {
          outcome: "worked",
          summary: "PostgreSQL 15.18",
          warnings: ["PostGIS is not installed in this database: tables can be browsed, maps cannot be drawn from them."],
          millis: 148,
          connection: null,
        },
      };
    }),
    hash: postgres,
    then: async () => {
      await filled();
      await button("Test");
    },
  },
  "wizard-pasted": {
    world: world((drafts) => {
      drafts.pastes = () => ({
        values: { server: "db.example.org", port: "6432", username: "ana", database: "city" },
        secrets: ["password"],
        ignored: ["application_name", "target_session_attrs"],
      });
    }),
    hash: postgres,
    then: async () => {
      await form("postgres");
      const data = new DataTransfer();
      data.setData("text/plain", "postgresql://ana:secret@db.example.org:6432/city");
      document.querySelector("form")?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
      await pause(300);
    },
  },
  "wizard-edit": {
    world: world((_, w) => {
      w.connections = [
        connection({
          id: "11111111-1111-4111-8111-111111111111",
          name: "City",
          environment: "production",
          labels: ["maps", "Eastern district"],
        }),
      ];
    }),
    hash: "#/edit/11111111-1111-4111-8111-111111111111",
    then: async () => {
      await until(() => document.querySelector("form"));
      document.querySelector(".organise")?.scrollIntoView();
    },
  },
  "wizard-leave": {
    world: world(),
    hash: postgres,
    then: async () => {
      await filled();
      await button("Connections");
    },
  },
};

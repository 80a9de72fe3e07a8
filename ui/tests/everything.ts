// A form with every kind of field there is, for tests of the form itself. No warehouse has it.
import type { ConnectorSpec, Field, FieldKind } from "@/ipc";
import { spec } from "./specs";

export function field(id: string, label: string, kind: FieldKind, change: Partial<Field> = {}): Field {
  return {
    id,
    label,
    help: "",
    placeholder: "",
    kind,
    required: "never",
    default: null,
    advanced: false,
    visible_if: [],
    link: null,
    ...change,
  };
}

const text: FieldKind = { kind: "text", max: 1000 };
const seconds: FieldKind = { kind: "number", min: 1, max: 600, unit: "seconds" };

export const everything: ConnectorSpec = spec({
  id: "everything",
  name: "Everything",
  covers: "all kinds of fields",
  beta: true,
  first_page: {
    needs: [{ title: "Server and port", text: "On the overview page of your database." }],
    copies: [{ title: "Allow reading", text: "GRANT USAGE ON SCHEMA public TO landbridge;" }],
    cost: "Queries run in your warehouse and may be charged there.",
    links: [{ id: "everything.roles", label: "About roles" }],
    button: "Setup connection",
  },
  notice: { title: "One more thing", text: "A package has to be installed for its functions.", button: "Got it!" },
  sign_in: [
    { id: "password", label: "Username and password", reason: "what most people have", recommended: true },
    { id: "key", label: "Key pair", reason: "for programs", recommended: false },
  ],
  fields: [
    field("name", "Name", text, { required: "always", help: "How this connection is called in your list." }),
    field("server", "Server", text, {
      required: "always",
      placeholder: "db.example.org",
      link: { id: "everything.server", label: "Where is it?" },
    }),
    field("port", "Port", { kind: "number", min: 1, max: 65535, unit: "" }, { required: "always", default: "5432" }),
    field("user", "Username", text, { required: "always" }),
    field(
      "password",
      "Password",
      { kind: "secret", multiline: false },
      {
        required: "always",
        visible_if: [{ field: "sign_in", is: ["password"] }],
      },
    ),
    field(
      "key",
      "Private key",
      { kind: "file", extensions: ["p8", "pem"], max_bytes: 65536, secret: true, paste: true },
      {
        required: "always",
        visible_if: [{ field: "sign_in", is: ["key"] }],
      },
    ),
    field("database", "Database", { kind: "loaded", needs: ["server", "user"] }, { required: "always" }),
    field(
      "by",
      "Connection type",
      {
        kind: "select",
        options: [
          { value: "host", label: "Host", note: "" },
          { value: "wallet", label: "Wallet", note: "a ZIP file" },
        ],
      },
      { default: "host" },
    ),
    field(
      "tls",
      "SSL mode",
      {
        kind: "select",
        options: ["disable", "prefer", "require", "verify-full"].map((value) => ({
          value,
          label: value,
          note: `about ${value}`,
        })),
      },
      { default: "verify-full", advanced: true },
    ),
    field(
      "root",
      "Root certificate",
      { kind: "file", extensions: ["crt", "pem"], max_bytes: 1048576, secret: false, paste: true },
      {
        advanced: true,
      },
    ),
    field("timeout", "Connect timeout", seconds, { default: "10", advanced: true }),
    field(
      "reading",
      "Read-only session",
      { kind: "switch" },
      { default: "true", advanced: true, help: "The server refuses changes." },
    ),
    field("token", "Extra token", { kind: "secret", multiline: true }, { advanced: true }),
  ],
});

// Forms for tests and the preview: the real ones, as the connectors declare them, with a fallback that is small.
import type { ConnectorSpec } from "@/ipc";

const real = import.meta.glob<ConnectorSpec[]>("../../tests/fixtures/specs.json", { eager: true, import: "default" });

const stages = [
  { id: "resolve", label: "Find the server" },
  { id: "reach", label: "Reach the port" },
  { id: "tls", label: "Encrypt the connection" },
  { id: "login", label: "Log in" },
  { id: "query", label: "First query" },
  { id: "capabilities", label: "Look for PostGIS" },
];

export function spec(change: Partial<ConnectorSpec> = {}): ConnectorSpec {
  return {
    id: "postgres",
    name: "PostgreSQL",
    covers: "Cloud SQL, Amazon Aurora & RDS, Azure Database for PostgreSQL",
    beta: false,
    logo: { kind: "monogram", letters: "Pg" },
    first_page: { needs: [], copies: [], cost: null, links: [], button: "Setup connection" },
    notice: null,
    sign_in: [],
    fields: [],
    pastes: ["postgresql://user@host:5432/database"],
    stages,
    ...change,
  };
}

export const specs: ConnectorSpec[] = Object.values(real)[0] ?? [
  spec(),
  spec({ id: "snowflake", name: "Snowflake", covers: "", logo: { kind: "monogram", letters: "Sn" } }),
];

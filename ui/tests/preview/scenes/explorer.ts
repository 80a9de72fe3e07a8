// The scenes of the Data Explorer: the tree, the header, the columns, Local data, and what goes wrong in each.
import {
  CITY,
  described,
  explore,
  facts,
  hostile,
  levelOf,
  LOCAL,
  node,
  statistics,
  usualPlaces,
  type Places,
} from "../../explorer";
import { column } from "../../explorer";
import { connection, error, stage, type World } from "../../mock";
import { named, press, until, type Scene } from "../scene";

const at = (id: string, kind?: string, ...path: string[]) =>
  `#/explorer/${[id, kind ?? "connection", ...path].map(encodeURIComponent).join("/")}`;
const parcels = at(CITY, "partitioned_table", "cadastre", "parcels");

type Change = (world: World, places: Places) => void;
const world =
  (change: Change = () => undefined) =>
  (fresh: World) => {
    fresh.connections = [
      connection({ id: CITY, name: "City of Lisbon", host: "db.lisbon.example.org", environment: "production" }),
      connection({
        name: "Fleet tracking",
        host: "fleet.example.com",
        connector: fresh.specs[1]?.id ?? "",
        environment: "staging",
      }),
      connection({ name: "Sandbox", host: "localhost" }),
    ];
    const places = usualPlaces();
    change(fresh, places);
    explore(fresh, places);
  };

const click = async (selector: string) => (await until(() => document.querySelector<HTMLElement>(selector))).click();
const tab = (name: string) => press('[role="tab"]', name);
const row = (name: string) =>
  until(() => [...document.querySelectorAll<HTMLElement>('[role="treeitem"]')].find((one) => one.textContent?.includes(name)));
const type = async (text: string) => {
  const input = await until(() => named("input", "Search names") as HTMLInputElement | undefined);
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
};

const refused = error({
  code: "postgres.no_answer",
  kind: "network",
  what: "The server did not answer.",
  why: "Nothing listens at db.lisbon.example.org, port 5432.",
  remedy: "Check the address and whether the server runs, then try again.",
  vendor: { code: null, message: "connection refused" },
  retryable: true,
});

const columnsScene = (then: () => Promise<void>, change?: Change): Scene => ({
  hash: parcels,
  world: world(change),
  then: async () => {
    await tab("Columns");
    await then();
  },
});

export const scenes: Record<string, Scene> = {
  "explorer-first": { hash: "#/explorer", world: (fresh) => explore(fresh) && (fresh.connections = []) },
  explorer: { hash: parcels, world: world() },
  "explorer-schema": { hash: at(CITY, "schema", "cadastre"), world: world() },
  "explorer-connection": { hash: at(CITY), world: world() },
  "explorer-parsing": {
    hash: at(CITY),
    world: world((_, places) => (places.facts = facts({ reading: "parsing", searches: false, spatial: null }))),
  },
  "explorer-writes": { hash: parcels, world: world((_, places) => (places.facts = facts({ writes_allowed: true }))) },
  "explorer-connecting": {
    hash: at(CITY),
    world: world((fresh) => {
      fresh.handlers.tree_level = ({ stages }) => {
        const hear = stages as { onmessage: (event: unknown) => void };
        for (const event of [stage("resolve", "done", 3), stage("reach", "done", 24), stage("tls", "started")])
          hear.onmessage(event);
        return new Promise(() => undefined);
      };
    }),
  },
  "explorer-refused": {
    hash: at(CITY),
    world: world((fresh, places) => {
      fresh.handlers.tree_level = ({ request }) => {
        const { connection: id, path } = request as { connection: string; path: string[] };
        if (id === CITY) throw refused;
        return levelOf(places, id, path);
      };
    }),
  },
  "explorer-gone": { hash: at(CITY, "table", "cadastre", "nowhere"), world: world() },
  "explorer-empty": { hash: at(CITY, "schema", "transport"), world: world() },
  "explorer-hostile": {
    hash: at(CITY, "table", "public", hostile[0] ?? ""),
    world: world(),
    then: async () => {
      await tab("Columns");
    },
  },
  "explorer-large": {
    hash: at(CITY, "schema", "cadastre"),
    world: world((_, places) => {
      const tables = Array.from({ length: 100_000 }, (__, n) =>
        node(["cadastre", `measurements_${String(n).padStart(6, "0")}`], "table", {
          spatial: n % 3 === 0,
          rows: { rows: n * 37, exact: n % 2 > 0 },
        }),
      );
      places.put(CITY, ["cadastre"], tables);
      places.known.set(JSON.stringify([CITY, "cadastre"]), 60_000);
    }),
  },
  "explorer-menu": {
    hash: at(CITY),
    world: world(),
    then: async () => {
      const item = await row("City of Lisbon");
      item.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));
      await until(() => document.querySelector('[role="menuitem"]'));
    },
  },
  "explorer-search": {
    hash: at(CITY, "schema", "cadastre"),
    world: world(),
    then: async () => {
      await row("parcels");
      await type("pa");
    },
  },
  "explorer-search-none": {
    hash: at(CITY, "schema", "cadastre"),
    world: world((fresh) => (fresh.handlers.tree_search_server = () => new Promise(() => undefined))),
    then: async () => {
      await row("parcels");
      await type("zebra");
      (await until(() => document.querySelector<HTMLElement>('[role="option"]'))).click();
    },
  },
  "explorer-roots-error": {
    hash: "#/explorer",
    world: world((fresh) => {
      fresh.handlers.explorer_roots = () => {
        throw error({
          kind: "store",
          what: "The connections could not be read.",
          why: "The database is busy.",
          remedy: "Try again.",
        });
      };
    }),
  },
  "explorer-folded": {
    hash: parcels,
    world: world(),
    then: () => press("button", "Hide the tree"),
  },
  columns: columnsScene(async () => undefined),
  "columns-statistics": columnsScene(
    async () => click('[data-at="2"]'),
    (_, places) => places.statistics.set("area", { ...statistics }),
  ),
  "columns-none": columnsScene(async () => click('[data-at="1"]')),
  "columns-cost": columnsScene(
    async () => {
      await click('[data-at="1"]');
      await press("button", "Compute statistics");
    },
    (fresh, places) => {
      places.facts = facts({ bills: true });
      fresh.handlers.statistics_estimate = () => ({ rows: 4_215_000, billed_bytes: 42_000_000_000, planner_cost: null });
    },
  ),
  "columns-error": columnsScene(
    async () => {
      await click('[data-at="1"]');
      await press("button", "Compute statistics");
      await press("button", "Compute");
    },
    (fresh) => {
      fresh.handlers.statistics_compute = () => {
        throw error({
          kind: "timed_out",
          what: "The server took too long.",
          why: "It was stopped after 60 seconds.",
          remedy: "Try again later.",
          retryable: true,
        });
      };
    },
  ),
  "columns-many": columnsScene(
    async () => undefined,
    (fresh) => {
      const columns = Array.from({ length: 1600 }, (_, n) => column(`value_${n + 1}`, n % 2 ? "double precision" : "text"));
      fresh.handlers.table_describe = ({ path }) => described(path as string[], { columns });
    },
  ),
  local: {
    hash: at(LOCAL),
    world: world((_, places) =>
      places.files.push({
        id: "f9",
        name: "stations.sqlite",
        folder: "/home/user/maps/a folder with a rather long name/2026/exports",
        format: "SQLite",
        bytes: 92_000_000,
        problem: error({
          kind: "busy",
          what: "Another program is writing to this file.",
          why: "It has an open journal.",
          remedy: "Close that program and refresh.",
        }),
      }),
    ),
  },
  "local-none": {
    hash: at(LOCAL),
    world: world((_, places) => {
      places.files = [];
      places.put(LOCAL, [], [node(["Sample data"], "file")]);
    }),
  },
  "local-file": { hash: at(LOCAL, "file", "parks.gpkg"), world: world() },
  "local-drag": {
    hash: at(LOCAL),
    world: world(),
    then: async (fresh) => {
      await row("Sample data");
      fresh.news?.onmessage({ news: "drag_hover", over: true, x: 500, y: 300 });
    },
  },
  "local-refused": {
    hash: at(LOCAL),
    world: world(),
    then: async (fresh) => {
      await row("Sample data");
      fresh.news?.onmessage({ news: "dropped", x: 500, y: 300, count: 2 });
    },
  },
  "local-samples": { hash: at(LOCAL, "table", "Sample data", "countries"), world: world() },
  "settings-derived": { hash: "#/settings/derived", world: world() },
  "settings-derived-clear": { hash: "#/settings/derived", world: world(), then: () => press("button", "Clear Catalogs") },
};

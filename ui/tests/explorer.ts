// The Data Explorer's part of the stand-in: a few levels, tables and files in memory, with names as they come in the wild.
import type {
  Column,
  FactsView,
  GroupKind,
  HitView,
  LevelRequest,
  LevelView,
  LocalFileView,
  NodeKind,
  NodesRequest,
  NodeView,
  RootsView,
  RootView,
  StatisticsView,
  Table,
  TableView,
} from "@/ipc";
import { rowHandlers } from "./explorer-rows";
import { connection, error, fail, type Handler, type World } from "./mock";

export const LOCAL = "00000000-0000-4000-8000-00000000000a";
export const CITY = "00000000-0000-4000-8000-00000000000b";
const HOUR = 3_600_000;

/** Names that break what is careless: markup, quotes, a line break, another writing direction, no letters at all. */
export const hostile = [
  `<script>alert("x")</script>`,
  `"quoted" 'twice' \`thrice\``,
  "Robert'); DROP TABLE students;--",
  "two\nlines",
  "مدن العالم",
  "‮desrever",
  "Ω≈ç√∫˜µ≤≥÷",
  "👩‍👩‍👧‍👦 families",
  " leading and trailing ",
  "a".repeat(180),
];

export function node(path: string[], kind: NodeKind = "table", change: Partial<NodeView> = {}): NodeView {
  return { path, kind, rows: null, bytes: null, comment: null, spatial: null, ...change };
}

export function facts(change: Partial<FactsView> = {}): FactsView {
  return {
    version: "PostgreSQL 15.18",
    levels: ["Schema"],
    reading: "server",
    writes: true,
    writes_allowed: false,
    estimates: true,
    searches: true,
    bills: false,
    spatial: "PostGIS 3.3.2",
    words: {
      keywords: "select from where",
      types: "integer text geometry",
      functions: "st_area",
      identifier_quotes: '"',
      dollar_quotes: true,
      backslash_escapes: false,
      hash_comments: false,
    },
    ...change,
  };
}

export function column(name: string, type_name = "text", change: Partial<Column> = {}): Column {
  return { name, type_name, nullable: true, default: null, comment: null, ...change };
}

const usualColumns: Column[] = [
  column("gid", "integer", { nullable: false, default: "nextval('parcels_gid_seq'::regclass)" }),
  column("owner", "text", { comment: "As in the land register; empty for what belongs to nobody." }),
  column("area", "numeric(12,2)"),
  column("use", "text", { default: "'unknown'::text" }),
  column("surveyed_at", "timestamp with time zone"),
  column("attributes", "jsonb"),
  column("geom", "geometry(MultiPolygon,3763)", { nullable: false }),
];

/** A table, described. */
export function described(path: string[], change: Partial<Table> = {}): TableView {
  const columns = change.columns ?? usualColumns;
  const quoted = path.map((name) => `"${name.replaceAll('"', '""')}"`).join(".");
  return {
    table: {
      path,
      kind: "table",
      columns,
      row_key: ["gid"],
      geometries: [
        {
          column: "geom",
          geometry_type: "MULTIPOLYGON",
          crs: { kind: "epsg", code: 3763 },
          spherical: false,
          dimensions: 2,
          indexed: true,
          extent: null,
        },
      ],
      rows: { rows: 4_215_000, exact: false },
      bytes: 1_840_000_000,
      comment: "Every parcel of the city, as surveyed. Loaded each night.",
      changed_at: Date.now() - 9.5 * HOUR,
      details: [
        { label: "Partitioned by", value: "list (district)" },
        { label: "Owner", value: "gis_admin" },
      ],
      ...change,
    },
    quoted,
    select: `SELECT ${columns.map((c) => `"${c.name}"`).join(", ")}\nFROM ${quoted}\nLIMIT 100`,
    columns: columns.map((c) => ({
      name: c.name,
      type_name: c.type_name,
      kind: c.type_name.startsWith("geometry") ? "geometry" : /int|numeric/.test(c.type_name) ? "number" : "text",
      key: c.name === "gid",
      sorts: true,
      filters: true,
      statistics: !/geometry|json/.test(c.type_name),
    })),
    seen_at: Date.now() - 2.5 * HOUR,
  };
}

export const statistics: StatisticsView = {
  rows: 10_000,
  nulls: 412,
  distinct: { rows: 6, exact: true },
  min: "12.5",
  max: "48210",
  mean: "1204.75",
  top: [
    { value: "residential", count: 5210 },
    { value: "commercial", count: 2180 },
    { value: "industrial", count: 1004 },
    { value: null, count: 412 },
    { value: "", count: 120 },
    { value: "park & garden", count: 88 },
  ],
  histogram: [2, 14, 60, 180, 420, 760, 1210, 1540, 1320, 980, 640, 410, 220, 140, 90, 40, 22, 9, 4, 1],
  seen_at: Date.now() - 26 * HOUR,
};

export const files: LocalFileView[] = [
  { id: "f1", name: "parks.gpkg", folder: "/home/ana/maps", format: "GeoPackage", bytes: 18_400_000, problem: null },
  { id: "f2", name: "bus_stops.csv", folder: "/home/ana/Downloads", format: "CSV", bytes: 412_000, problem: null },
];

/** What the stand-in's warehouse holds: by connection and path, as JSON. Tests add to it. */
export class Places {
  levels = new Map<string, NodeView[]>();
  /** Levels of which only so many nodes are known yet. */
  known = new Map<string, number>();
  facts: FactsView = facts();
  files: LocalFileView[] = structuredClone(files);
  statistics = new Map<string, StatisticsView>();

  put(id: string, path: string[], nodes: NodeView[]): void {
    this.levels.set(JSON.stringify([id, ...path]), nodes);
  }

  at(id: string, path: string[]): NodeView[] {
    const key = JSON.stringify([id, ...path]);
    return (this.levels.get(key) ?? []).slice(0, this.known.get(key));
  }

  find(id: string, path: string[]): NodeView | undefined {
    return this.levels.get(JSON.stringify([id, ...path.slice(0, -1)]))?.find((one) => one.path.at(-1) === path.at(-1));
  }
}

const order: GroupKind[] = ["containers", "spatial", "tables", "views", "materialized_views", "foreign_tables"];

function groupOf({ kind, spatial }: NodeView): GroupKind {
  if (kind === "file" || kind === "catalog" || kind === "schema") return "containers";
  if (spatial) return "spatial";
  if (kind === "view") return "views";
  if (kind === "materialized_view") return "materialized_views";
  return kind === "foreign_table" ? "foreign_tables" : "tables";
}

export function levelOf(places: Places, id: string, path: string[], change: Partial<LevelView> = {}): LevelView {
  const nodes = places.at(id, path);
  const kinds = order.filter((kind) => nodes.some((one) => groupOf(one) === kind));
  const parts = kinds.map((kind) => nodes.filter((one) => groupOf(one) === kind));
  return {
    groups: kinds.map((kind, at) => ({ kind, count: parts[at]?.length ?? 0 })),
    loading: places.known.has(JSON.stringify([id, ...path])),
    stopped: null,
    seen_at: Date.now() - 2.5 * HOUR,
    first: parts.map((part) => part.slice(0, 100)),
    ...change,
  };
}

/** The samples, two files, and a city with schemas. */
export function usualPlaces(): Places {
  const places = new Places();
  const counted = (rows: number) => ({ rows: { rows, exact: true }, spatial: true });
  places.put(
    LOCAL,
    [],
    [node(["Sample data"], "file"), node(["parks.gpkg"], "file"), node(["bus_stops.csv"], "table", counted(8_412))],
  );
  places.put(
    LOCAL,
    ["Sample data"],
    [
      node(["Sample data", "countries"], "table", counted(177)),
      node(["Sample data", "borders"], "table", counted(331)),
      node(["Sample data", "points (generated)"], "table", counted(1_000_000)),
    ],
  );
  places.put(LOCAL, ["parks.gpkg"], [node(["parks.gpkg", "parks"], "table", counted(204))]);
  places.put(
    CITY,
    [],
    ["cadastre", "public", "transport", ...hostile.slice(0, 3)].map((name) => node([name], "schema")),
  );
  const inside = (name: string, kind: NodeKind, change: Partial<NodeView> = {}) => node(["cadastre", name], kind, change);
  places.put(
    CITY,
    ["cadastre"],
    [
      inside("buildings", "table", { spatial: true, rows: { rows: 812_400, exact: false } }),
      inside("parcels", "partitioned_table", { spatial: true, rows: { rows: 4_215_000, exact: false }, comment: "Every parcel" }),
      inside("parcels_now", "view", { spatial: true }),
      inside("owners", "table", { spatial: false, rows: { rows: 310_022, exact: true } }),
      inside("fees", "table", { spatial: false, rows: { rows: 0, exact: true } }),
      inside("fees_by_year", "view", { spatial: false }),
      inside("totals", "materialized_view", { spatial: false, rows: { rows: 96, exact: true } }),
      inside("archive", "foreign_table", { spatial: false }),
    ],
  );
  places.put(
    CITY,
    ["public"],
    hostile.map((name, at) => node(["public", name], "table", { spatial: at % 2 === 0 })),
  );
  places.put(CITY, ["transport"], []);
  return places;
}

function search(
  world: World,
  places: Places,
  text: string,
  only: string | null,
): { items: HitView[]; total: number; among: number } {
  const all = [...places.levels.entries()].flatMap(([key, nodes]) =>
    nodes.map((one) => ({ id: (JSON.parse(key) as string[])[0] ?? "", one })),
  );
  const name = (id: string) => (id === LOCAL ? "Local data" : (world.connections.find((c) => c.id === id)?.name ?? ""));
  const found = all.filter(
    ({ id, one }) => (!only || only === id) && one.path.at(-1)?.toLowerCase().includes(text.toLowerCase()),
  );
  const items = found.slice(0, 100).map(({ id, one }) => ({ connection: id, connection_name: name(id), node: one }));
  return { items, total: found.length, among: all.length };
}

function roots(world: World, text: string): RootsView {
  const local: RootView = {
    id: LOCAL,
    connector: null,
    name: "Local data",
    host: "",
    environment: "none",
    writes_allowed: false,
  };
  const others = world.connections.map(({ id, connector, name, host, environment }) => ({
    id,
    connector,
    name,
    host,
    environment,
    writes_allowed: false,
  }));
  const items = [local, ...others].filter((root) => root.name.toLowerCase().includes(text.toLowerCase()));
  return { items, total: items.length };
}

/** Teaches the stand-in the explorer's commands. */
export function explore(world: World, places = usualPlaces()): Places {
  if (!world.connections.some((one) => one.id === CITY)) {
    world.connections.push(
      connection({ id: CITY, name: "City of Lisbon", host: "db.lisbon.example.org", environment: "production" }),
    );
  }
  const handlers: Record<string, Handler> = {
    explorer_roots: (args) => roots(world, args.search as string),
    tree_level: ({ request }) => {
      const { connection: id, path } = request as LevelRequest;
      return levelOf(places, id, path);
    },
    tree_nodes: ({ request }) => {
      const { connection: id, path, group, offset, limit } = request as NodesRequest;
      return places
        .at(id, path)
        .filter((one) => groupOf(one) === group)
        .slice(offset, offset + limit);
    },
    tree_search: ({ text, connection: only }) => search(world, places, text as string, only as string | null),
    tree_search_server: ({ connection: only, text }) => search(world, places, text as string, only as string),
    connection_facts: ({ connection: id }) =>
      id === LOCAL ? facts({ version: "", searches: false, writes: false, spatial: null }) : places.facts,
    table_describe: ({ connection: id, path }) => {
      const found = places.find(id as string, path as string[]);
      if (!found)
        return fail({ kind: "not_found", what: "This table does not exist any more.", why: "Someone removed or renamed it." });
      const known = found.rows ? { rows: found.rows } : {};
      return described(path as string[], { kind: found.kind, ...known });
    },
    statistics_seen: ({ column: name }) => places.statistics.get(name as string) ?? null,
    statistics_estimate: () => ({ rows: 4_215_000, billed_bytes: null, planner_cost: 128_412 }),
    statistics_compute: () => ({ ...statistics, seen_at: Date.now() }),
    local_files: () => places.files,
    local_add_choose: () => {
      const file = {
        id: "f3",
        name: "trees.parquet",
        folder: "/home/ana/maps",
        format: "GeoParquet",
        bytes: 5_120_000,
        problem: null,
      };
      places.files = [...places.files, file];
      places.put(LOCAL, [], [...places.at(LOCAL, []), node(["trees.parquet"], "table", { spatial: true })]);
      return { added: [file], fresh: 1, refused: [] };
    },
    local_add_dropped: () => ({
      added: places.files.slice(0, 1),
      fresh: 0,
      refused: [
        {
          name: "holiday.jpg",
          error: error({
            kind: "unsupported",
            what: "This is no file with tables.",
            why: "Its content is a JPEG picture.",
            remedy: "",
          }),
        },
      ],
    }),
    local_remove: ({ id }) => {
      const file = places.files.find((one) => one.id === id);
      places.files = places.files.filter((one) => one.id !== id);
      places.put(
        LOCAL,
        [],
        places.at(LOCAL, []).filter((one) => one.path[0] !== file?.name),
      );
      return null;
    },
    derived_view: () => [
      { kind: "catalogs", on: true, entries: 5_214, bytes: 1_840_000 },
      { kind: "statistics", on: true, entries: 1, bytes: 4_200 },
      { kind: "history", on: false, entries: 0, bytes: 0 },
    ],
  };
  world.handlers = { ...rowHandlers(), ...handlers, ...world.handlers };
  return places;
}

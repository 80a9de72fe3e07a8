// The part of the stand-in that holds rows open, looks at SQL and writes files: sample data in memory.
import type {
  CellKind,
  ColumnView,
  CopyRequest,
  Count,
  ExportProgress,
  ExportRequest,
  FactsView,
  FilterView,
  HistoryView,
  PartView,
  RowsSource,
  SavedQueryView,
  TableView,
} from "@/ipc";
import type { Handler } from "./mock";

export type Row = (string | null)[];
/** What a source answers: any number of rows, made when asked for. */
export type Held = {
  columns: ColumnView[];
  rows: number;
  row: (index: number) => Row;
  total: Count | null;
  /** So many can be scrolled to after the first part, and so many more with each further one. */
  batch: number;
  /** The grid holds no more than this. */
  bound: number;
  millis: number;
};

export function column(name: string, kind: CellKind, type_name: string, change: Partial<ColumnView> = {}): ColumnView {
  return { name, type_name, kind, key: false, sorts: true, filters: true, statistics: true, ...change };
}

export const columns: ColumnView[] = [
  column("id", "number", "bigint", { key: true }),
  column("name", "text", "text"),
  column("population", "number", "integer"),
  column("place", "geometry", "geometry(Point,4326)", { sorts: false }),
  column("changed", "time", "timestamp with time zone"),
  column("capital", "bool", "boolean"),
  column("tags", "json", "jsonb", { sorts: false }),
  column("photo", "binary", "bytea", { sorts: false }),
  column("note", "text", "text"),
];

const cities = [
  "Lisbon",
  "Ponte de Lima",
  "Göttingen",
  "القاهرة",
  "תל אביב",
  "北京",
  "São Paulo",
  "Reykjavík",
  "Ουαγαντούγκου",
  "O'Brien",
];
const notes = [
  null,
  "",
  "two\nlines\tand a tab",
  "evil \u202Etxt.exe",
  "<script>alert(1)</script>",
  "a long note that does not fit into its column, as notes tend to be when nobody says how long they may be…",
  "🏳️‍🌈 emoji",
  "plain",
];

export function city(index: number): Row {
  const n = (index * 7919) % 1000;
  const place = `Point (${((index * 37) % 3600) / 10 - 180}, ${((index * 17) % 1700) / 10 - 85})`;
  const day = String((index % 28) + 1).padStart(2, "0");
  return [
    String(index + 1),
    cities[index % cities.length] ?? "",
    index % 11 === 3 ? null : String(n * 1301 + 17),
    index % 13 === 5 ? null : place,
    `2026-03-${day} 08:${String(index % 60).padStart(2, "0")}:00+00`,
    index % 9 === 0 ? "true" : "false",
    index % 6 === 4 ? null : `{"kind": "city", "rank": ${index % 5}, "names": ["${cities[index % cities.length]}"]}`,
    index % 4 === 2 ? null : `${(index % 40) + 12} bytes`,
    notes[index % notes.length] ?? null,
  ];
}

export function held(change: Partial<Held> = {}): Held {
  return { columns, rows: 40, row: city, total: null, batch: 500, bound: Infinity, millis: 34, ...change };
}

export function tableView(change: Partial<TableView["table"]> = {}, of = columns): TableView {
  const path = change.path ?? ["public", "cities"];
  return {
    table: {
      path,
      kind: "table",
      columns: of.map(({ name, type_name }) => ({ name, type_name, nullable: true, default: null, comment: null })),
      row_key: ["id"],
      geometries: of
        .filter((one) => one.kind === "geometry")
        .map((one) => ({
          column: one.name,
          geometry_type: "POINT",
          crs: { kind: "epsg" as const, code: 4326 },
          spherical: false,
          dimensions: 2,
          indexed: true,
          extent: null,
        })),
      rows: { rows: 4_215_000, exact: false },
      bytes: 734_003_200,
      comment: null,
      changed_at: null,
      details: [],
      ...change,
    },
    quoted: path.join("."),
    select: `SELECT ${of.map((one) => one.name).join(", ")}\nFROM ${path.join(".")}\nLIMIT 100`,
    columns: of,
    seen_at: 0,
  };
}

export function factsView(change: Partial<FactsView> = {}): FactsView {
  return {
    version: "PostgreSQL 15.18",
    levels: ["schema", "table"],
    reading: "server",
    writes: true,
    writes_allowed: false,
    estimates: true,
    searches: true,
    bills: false,
    spatial: "PostGIS 3.3.2",
    words: {
      keywords:
        "select from where and or not null is in order by group limit as join on using with insert into update set delete values",
      types: "integer bigint text boolean geometry jsonb timestamp",
      functions: "count sum avg min max st_area st_buffer st_intersects",
      identifier_quotes: '"',
      dollar_quotes: true,
      backslash_escapes: false,
      hash_comments: false,
    },
    ...change,
  };
}

/** What the stand-in knows of rows; tests change it and look at it. */
export class RowWorld {
  held: (source: RowsSource) => Held = () => held();
  open = new Map<number, { held: Held; fetched: number }>();
  closed: number[] = [];
  history: HistoryView[] = [];
  saved: SavedQueryView[] = [];
  /** How an export goes: what is told, then how it ends; null waits for ever (until cancelled). */
  progress: ExportProgress[] = [{ rows: 1200, total: { rows: 4800, exact: true }, bytes: 96_000 }];
  exported: "done" | null = "done";
  #next = 1;

  begin(source: RowsSource): number {
    const id = this.#next++;
    const fresh = this.held(source);
    this.open.set(id, { held: fresh, fetched: Math.min(fresh.rows, fresh.batch, fresh.bound) });
    return id;
  }

  part(id: number, offset: number, limit: number): PartView {
    const open = this.open.get(id);
    if (!open) throw new Error("these rows are not open");
    const end = Math.min(open.held.rows, open.held.bound);
    if (offset + limit > open.fetched) open.fetched = Math.min(end, Math.max(open.fetched + open.held.batch, offset + limit));
    const rows = Array.from({ length: Math.max(0, Math.min(limit, open.fetched - offset)) }, (_, at) =>
      open.held.row(offset + at),
    );
    const cut = rows.flatMap((row, r) => row.flatMap((cell, c): [number, number][] => (cell?.endsWith("…") ? [[r, c]] : [])));
    const done = open.fetched >= end;
    return {
      offset,
      rows,
      cut,
      fetched: open.fetched,
      complete: done && end === open.held.rows,
      bounded: done && end < open.held.rows,
    };
  }

  cell(id: number, row: number, at: number): Row[number] {
    return this.open.get(id)?.held.row(row)[at] ?? null;
  }
}

const changing = /^\s*(insert|update|delete|create|drop|truncate)\b/i;

/** The commands for rows, SQL and export over what `rows` knows. */
export function rowHandlers(rows = new RowWorld()): Record<string, Handler> {
  return {
    rows_open: ({ source }) => {
      const id = rows.begin(source as RowsSource);
      const now = rows.open.get(id)?.held;
      return { id, columns: now?.columns, first: rows.part(id, 0, 200), total: now?.total ?? null, millis: now?.millis };
    },
    rows_part: ({ id, offset, limit }) => rows.part(id as number, offset as number, limit as number),
    rows_cell: ({ id, row, column }) => {
      const text = rows.cell(id as number, row as number, column as number);
      const kind = rows.open.get(id as number)?.held.columns[column as number]?.kind;
      const shown = text !== null && kind === "json" ? JSON.stringify(JSON.parse(text), null, 2) : text;
      return {
        text: kind === "geometry" ? (text?.replace(/, /g, " ").toUpperCase() ?? null) : shown,
        cut: false,
        bytes: text?.length ?? 0,
      };
    },
    rows_copy: ({ id, request }) => {
      const { from, to, columns, header } = request as CopyRequest;
      const lines = Array.from({ length: to - from }, (_, at) =>
        columns.map((c) => rows.cell(id as number, from + at, c) ?? "").join("\t"),
      );
      const names = columns.map((c) => rows.open.get(id as number)?.held.columns[c]?.name).join("\t");
      return (header ? [names, ...lines] : lines).join("\n");
    },
    rows_count: ({ id }) => ({ rows: rows.open.get(id as number)?.held.rows ?? 0, exact: true }),
    rows_close: ({ id }) => {
      rows.open.delete(id as number);
      rows.closed.push(id as number);
      return null;
    },
    sql_check: ({ sql }) => {
      const text = (sql as string).trim();
      return {
        verdict: text === "" ? "nothing" : changing.test(text) ? "refused" : "reads",
        statements: text === "" ? 0 : 1,
        problem: null,
      };
    },
    sql_estimate: () => ({ rows: 4_215_000, billed_bytes: null, planner_cost: 1200 }),
    sql_names: ({ within, typed }) => {
      const path = within as string[];
      const pool =
        path.length > 1
          ? columns.map((one) => ({ insert: one.name, label: one.name, kind: "column", detail: one.type_name }))
          : tables;
      return pool.filter((one) => one.label.includes(typed as string));
    },
    sql_execute: () => ({ rows: 12, millis: 48 }),
    writes_allow: () => null,
    save_as_view: ({ sql, path }) => {
      const quoted = (path as string[]).join(".");
      return {
        sql: `CREATE TABLE ${quoted} AS\n${sql as string}`,
        quoted,
        estimate: null,
        taken: (path as string[]).at(-1) === "cities",
      };
    },
    save_as_run: () => ({ rows: 40, millis: 210 }),
    history_list: ({ search }) => rows.history.filter((one) => one.sql.toLowerCase().includes((search as string).toLowerCase())),
    history_delete: ({ id }) => void (rows.history = rows.history.filter((one) => one.id !== id)),
    saved_list: () => rows.saved,
    saved_put: ({ connection, name, sql }) => {
      const made = { id: rows.saved.length + 1, connection, name, sql, changed_at: Date.now() } as SavedQueryView;
      rows.saved = [...rows.saved, made];
      return made;
    },
    saved_delete: ({ id }) => void (rows.saved = rows.saved.filter((one) => one.id !== id)),
    export_choose: ({ format }) => ({
      id: 7,
      name: `cities.${{ csv: "csv", geo_json: "geojson", geo_json_lines: "ndjson", geo_parquet: "parquet" }[format as string]}`,
    }),
    export_run: (args) => {
      const { format } = args.request as ExportRequest;
      const told = args.progress as { onmessage: (now: ExportProgress) => void };
      for (const now of rows.progress) told.onmessage(now);
      if (rows.exported === null) return new Promise(() => undefined);
      const extension = format === "csv" ? "csv" : "parquet";
      const crs = "Coordinates stay in EPSG:4326, as WKB, with all their digits.";
      return { name: `cities.${extension}`, rows: 4800, bytes: 1_340_000, notes: [crs], millis: 820 };
    },
    export_show: () => null,
  };
}

const tables = [
  { insert: "cities", label: "cities", kind: "table", detail: "public · 4.2 M rows" },
  { insert: "countries", label: "countries", kind: "table", detail: "public" },
  { insert: '"City limits"', label: "City limits", kind: "table", detail: "public" },
  { insert: "public", label: "public", kind: "container", detail: "schema" },
];

export function ran(id: number, sql: string, change: Partial<HistoryView> = {}): HistoryView {
  return {
    id,
    connection: "c1",
    sql,
    at: Date.now() - id * 180_000,
    millis: 12 * id,
    outcome: "40 rows",
    worked: true,
    ...change,
  };
}

export function condition(column: string, op: FilterView["op"], value = ""): FilterView {
  return { column, op, value };
}

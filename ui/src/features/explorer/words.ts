// Words for what the explorer shows: sizes, counts and how true they are, kinds, systems of coordinates, paths.
import type { Count, Crs, NodeKind } from "@/ipc";
import { m } from "@/paraglide/messages";
import { count } from "@/shared/format";

const UNITS = ["kB", "MB", "GB", "TB", "PB"];

/** 1234567 → "1.2 MB". */
export function bytes(value: number): string {
  if (value < 1000) return m.explorer_bytes({ n: value });
  let [rest, unit] = [value / 1000, 0];
  while (rest >= 999.5 && unit < UNITS.length - 1) [rest, unit] = [rest / 1000, unit + 1];
  return `${rest < 9.95 ? rest.toFixed(1) : Math.round(rest)} ${UNITS[unit]}`;
}

const short = new Intl.NumberFormat("en", { notation: "compact" });

/** 4215000 → "4.2 M"; small numbers as they are. */
export function compact(value: number): string {
  if (value < 10_000) return count(value);
  return short.formatToParts(value).reduce((text, part) => text + (part.type === "compact" ? ` ${part.value}` : part.value), "");
}

/** "1,234" when counted, "about 4.2 M" when estimated. */
export function rowsWords(rows: Count): string {
  return rows.exact ? count(rows.rows) : m.explorer_about({ n: compact(rows.rows) });
}

/** As `rowsWords`, and says aloud what "about" is. */
export function rowsTruth(rows: Count): string {
  return rows.exact ? count(rows.rows) : m.explorer_estimated({ n: compact(rows.rows) });
}

const kinds: Record<NodeKind, () => string> = {
  file: m.explorer_kind_file,
  catalog: m.explorer_kind_catalog,
  schema: m.explorer_kind_schema,
  table: m.explorer_kind_table,
  partitioned_table: m.explorer_kind_partitioned,
  view: m.explorer_kind_view,
  materialized_view: m.explorer_kind_materialized,
  foreign_table: m.explorer_kind_foreign,
};

export function kindWords(kind: NodeKind): string {
  return kinds[kind]();
}

/** True for what holds nodes rather than rows. */
export function holds(kind: NodeKind): boolean {
  return kind === "file" || kind === "catalog" || kind === "schema";
}

export function crsWords(crs: Crs): string {
  if (crs.kind === "epsg") return `EPSG:${crs.code}`;
  if (crs.kind === "srid") return m.explorer_crs_srid({ code: crs.code });
  return crs.kind === "named" ? crs.name : m.explorer_crs_unknown();
}

/** "MultiPolygon" for MULTIPOLYGON. */
export function geometryWords(type: string): string {
  const names = [
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
    "Geometry",
  ];
  return names.find((name) => name.toUpperCase() === type.toUpperCase()) ?? type;
}

/** The last name of a path. */
export function nameOf(path: string[]): string {
  return path.at(-1) ?? "";
}

/** A path as one key: no two paths share it, whatever their names hold. */
export function keyOf(connection: string, path: string[]): string {
  return JSON.stringify([connection, ...path]);
}

// The pictures of the tree: by what a node is, and whether it has a geometry.
import type { NodeKind } from "@/ipc";
import Database from "@lucide/svelte/icons/database";
import Eye from "@lucide/svelte/icons/eye";
import File from "@lucide/svelte/icons/file";
import Folder from "@lucide/svelte/icons/folder";
import Link2 from "@lucide/svelte/icons/link-2";
import MapPin from "@lucide/svelte/icons/map-pin";
import ScanEye from "@lucide/svelte/icons/scan-eye";
import Table2 from "@lucide/svelte/icons/table-2";
import TableProperties from "@lucide/svelte/icons/table-properties";

const icons: Record<NodeKind, typeof File> = {
  file: File,
  catalog: Database,
  schema: Folder,
  table: Table2,
  partitioned_table: TableProperties,
  view: Eye,
  materialized_view: ScanEye,
  foreign_table: Link2,
};

/** A plain table with a geometry is a place; of a view or a foreign table it matters more that it is one. */
export function iconOf(kind: NodeKind, spatial: boolean | null): typeof File {
  return spatial && (kind === "table" || kind === "partitioned_table") ? MapPin : icons[kind];
}

// The tree's words: groups, and the rows that say how a level stands.
import type { GroupKind } from "@/ipc";
import { m } from "@/paraglide/messages";
import type { Message } from "./segments";
import type { Level } from "./level.svelte";
import { count } from "@/shared/format";

const groups: Record<GroupKind, () => string> = {
  containers: m.tree_group_containers,
  spatial: m.tree_group_spatial,
  tables: m.tree_group_tables,
  views: m.tree_group_views,
  materialized_views: m.tree_group_materialized,
  foreign_tables: m.tree_group_foreign,
};

export function groupWords(group: GroupKind): string {
  return groups[group]();
}

/** One line about a level. */
export function messageWords(level: Level, message: Message): string {
  switch (message) {
    case "wait":
      return level.waiting.now ?? m.tree_loading();
    case "error":
      return level.error?.what ?? "";
    case "empty":
      return level.path.length === 0 ? m.tree_empty_root() : m.tree_empty();
    case "loading":
      return m.tree_more({ n: count(level.count) });
    case "stopped":
      return m.tree_stopped({ what: level.stopped?.what ?? "" });
  }
}

// What can be done with a row of the tree.
import { m } from "@/paraglide/messages";
import { navigation } from "@/shared/navigation.svelte";
import { toasts } from "@/shared/toasts.svelte";
import type { MenuItem } from "@/shared/ui/Menu.svelte";
import Copy from "@lucide/svelte/icons/copy";
import FileX from "@lucide/svelte/icons/file-x";
import Pencil from "@lucide/svelte/icons/pencil";
import RotateCw from "@lucide/svelte/icons/rotate-cw";
import Settings2 from "@lucide/svelte/icons/settings-2";
import type { Explorer } from "../explorer.svelte";
import { holds, nameOf } from "../words";
import type { Row } from "./segments";

/** Copies a text, and says so or why not. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show(done, { tone: "success" });
  } catch {
    toasts.show(m.common_copy_failed(), { tone: "danger" });
  }
}

export function menuOf(explorer: Explorer, row: Row): MenuItem[] {
  const { tree } = explorer;
  if (row.kind !== "root" && row.kind !== "node") return [];
  const node = tree.node(row);
  if (row.kind === "node" && !node) return [];
  const connection = row.kind === "root" ? row.root.id : row.level.connection;
  const path = node?.path ?? [];
  const items: MenuItem[] = [];
  if (!node || holds(node.kind)) {
    const refresh = () => {
      const level = tree.of(row);
      if (level) void tree.reload(level, true);
    };
    items.push({ label: m.tree_refresh(), icon: RotateCw, run: refresh });
  }
  items.push({
    label: m.explorer_copy_name(),
    icon: Copy,
    run: () => void copyText(row.kind === "root" ? row.root.name : nameOf(path), m.explorer_copied_name()),
  });
  if (row.kind === "root" && row.root.connector) {
    const shown = tree.system.has(connection);
    items.push({
      label: shown ? m.tree_system_hide() : m.tree_system_show(),
      icon: Settings2,
      run: () => tree.setSystem(connection, !shown),
    });
    items.push({ label: m.explorer_edit(), icon: Pencil, run: () => void navigation.leave({ at: "edit", id: connection }) });
  }
  const file = connection === explorer.localRoot?.id && path.length === 1 ? explorer.local.byName(path[0] ?? "") : undefined;
  if (file) items.push({ label: m.local_remove(), icon: FileX, run: () => void explorer.removeFile(file), apart: true });
  return items;
}

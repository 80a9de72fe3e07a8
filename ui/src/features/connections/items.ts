// What every entry of the list offers, and the words for its state.
import type { ConnectionView, LastTest } from "@/ipc";
import { m } from "@/paraglide/messages";
import { age } from "@/shared/format";
import { navigation } from "@/shared/navigation.svelte";
import type { MenuItem } from "@/shared/ui/Menu.svelte";
import { remembered } from "./list.svelte";
import Activity from "@lucide/svelte/icons/activity";
import Copy from "@lucide/svelte/icons/copy";
import FolderTree from "@lucide/svelte/icons/folder-tree";
import Pencil from "@lucide/svelte/icons/pencil";
import Tag from "@lucide/svelte/icons/tag";
import Trash2 from "@lucide/svelte/icons/trash-2";

/** What the screen does for an entry. */
export type Deeds = {
  test: (connection: ConnectionView) => void;
  organise: (connection: ConnectionView) => void;
  remove: (connection: ConnectionView) => void;
};

/** Shows what is in it: what a click and Enter do. */
export function explore(connection: ConnectionView): void {
  remembered().opened = connection.id;
  navigation.go({ at: "explorer", connection: connection.id, name: connection.name });
}

export function edit(connection: ConnectionView): void {
  remembered().opened = connection.id;
  navigation.go({ at: "edit", id: connection.id });
}

export function menuOf(connection: ConnectionView, deeds: Deeds): MenuItem[] {
  return [
    { label: m.connections_open(), icon: FolderTree, run: () => explore(connection) },
    { label: m.connections_edit(), icon: Pencil, run: () => edit(connection) },
    { label: m.connections_duplicate(), icon: Copy, run: () => navigation.go({ at: "duplicate", id: connection.id }) },
    { label: m.connections_test(), icon: Activity, run: () => deeds.test(connection) },
    { label: m.connections_organise(), icon: Tag, run: () => deeds.organise(connection) },
    { label: m.common_delete_dots(), icon: Trash2, run: () => deeds.remove(connection), danger: true, apart: true },
  ];
}

export const environmentWords = {
  none: m.environment_none,
  development: m.environment_development,
  staging: m.environment_staging,
  production: m.environment_production,
};

const states = { ok: m.connections_state_ok, warning: m.connections_state_warning, failed: m.connections_state_failed };

/** "Works · 5 min ago". */
export function stateWords(test: LastTest | null, now: number): string {
  if (!test) return m.connections_state_none();
  return m.connections_state_age({ state: states[test.state](), age: age(test.at, now) });
}

// What the command palette offers: every action that works here, every warehouse, every place in Settings.
import type { ConnectionView, ConnectorSpec } from "@/ipc";
import { m } from "@/paraglide/messages";
import { canDo, perform, type ActionId } from "@/shared/actions.svelte";
import { navigation, type SettingsSection } from "@/shared/navigation.svelte";
import { keymap } from "./keymap";

export type Command = {
  id: string;
  group: string;
  label: string;
  note?: string;
  keys?: string;
  connector?: string;
  run: () => void;
};

const actions: { id: ActionId; label: () => string }[] = [
  { id: "new", label: m.key_new },
  { id: "search", label: m.key_search },
  { id: "undo", label: m.key_undo },
  { id: "submit", label: m.key_submit },
  { id: "test", label: m.key_test },
  { id: "connections", label: m.key_connections },
  { id: "settings", label: m.key_settings },
  { id: "theme", label: m.palette_theme },
  { id: "report", label: m.palette_report },
  { id: "shortcuts", label: m.key_shortcuts },
];

const sections: { section: SettingsSection; label: () => string }[] = [
  { section: "appearance", label: m.settings_appearance },
  { section: "network", label: m.settings_network },
  { section: "vault", label: m.settings_vault },
  { section: "data", label: m.settings_data },
  { section: "about", label: m.settings_about },
];

/** The commands that hold every word of the search, the actions first. */
export function commands(search: string, connectors: ConnectorSpec[], connections: ConnectionView[]): Command[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (command: Command) => words.every((word) => `${command.group} ${command.label}`.toLowerCase().includes(word));
  const fixed: Command[] = [
    ...actions
      .filter(({ id }) => canDo(id))
      .map(({ id, label }) => ({
        id,
        group: m.palette_actions(),
        label: label(),
        keys: keymap.find((row) => row.action === id)?.keys,
        run: () => void perform(id),
      })),
    ...connectors.map((spec) => ({
      id: `new-${spec.id}`,
      group: m.palette_actions(),
      label: m.palette_new_of({ name: spec.name }),
      connector: spec.id,
      run: () => void navigation.leave({ at: "new", connector: spec.id }),
    })),
    ...sections.map(({ section, label }) => ({
      id: `settings-${section}`,
      group: m.rail_settings(),
      label: label(),
      run: () => void navigation.leave({ at: "settings", section }),
    })),
  ];
  // Rust searched the connections, by name, host and labels.
  const found = connections.map((connection) => ({
    id: connection.id,
    group: m.rail_connections(),
    label: connection.name,
    note: connection.host,
    connector: connection.connector,
    run: () => void navigation.leave({ at: "edit", id: connection.id }),
  }));
  return search ? [...found, ...fixed.filter(holds)] : [...fixed, ...found];
}

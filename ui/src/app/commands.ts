// What the command palette offers: every action that works here, every warehouse, every place in Settings.
import type { ConnectionView, ConnectorSpec, HitView } from "@/ipc";
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
  { id: "explorer", label: m.key_explorer },
  { id: "settings", label: m.key_settings },
  { id: "theme", label: m.palette_theme },
  { id: "report", label: m.palette_report },
  { id: "shortcuts", label: m.key_shortcuts },
];

const sections: { section: SettingsSection; label: () => string }[] = [
  { section: "appearance", label: m.settings_appearance },
  { section: "network", label: m.settings_network },
  { section: "vault", label: m.settings_vault },
  { section: "derived", label: m.settings_derived },
  { section: "data", label: m.settings_data },
  { section: "about", label: m.settings_about },
];

/** The commands that hold every word of the search, the actions first. */
export function commands(
  search: string,
  connectors: ConnectorSpec[],
  connections: ConnectionView[],
  tables: HitView[],
): Command[] {
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
  const found = connections.flatMap((connection) => {
    const { id, name, host: note, connector } = connection;
    const group = m.rail_connections();
    return [
      {
        id: `open-${id}`,
        group,
        label: m.palette_open({ name }),
        note,
        connector,
        run: () => void navigation.leave({ at: "explorer", connection: id, name }),
      },
      { id, group, label: m.palette_edit({ name }), note, connector, run: () => void navigation.leave({ at: "edit", id }) },
    ];
  });
  // And every name that the Data Explorer has seen.
  const seen = tables.map(({ connection, connection_name, node }) => ({
    id: `seen-${encodeURIComponent(JSON.stringify([connection, ...node.path]))}`,
    group: m.rail_explorer(),
    label: node.path.at(-1) ?? "",
    note: [connection_name, ...node.path.slice(0, -1)].join(" › "),
    run: () => void navigation.leave({ at: "explorer", connection, name: connection_name, path: node.path, kind: node.kind }),
  }));
  return search ? [...found, ...seen, ...fixed.filter(holds)] : [...fixed, ...found];
}

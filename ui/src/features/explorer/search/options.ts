// What the search shows, as one list: connections, then what was seen, by connection, then what the servers add.
import type { HitView, RootView } from "@/ipc";
import { m } from "@/paraglide/messages";
import type { Search } from "./search.svelte";

export type Option =
  | { kind: "root"; group: string; root: RootView }
  | { kind: "hit"; group: string; hit: HitView }
  | { kind: "ask"; group: string; connection: string; name: string };

function byConnection(hits: HitView[], group: (name: string) => string): Option[] {
  const order = [...new Set(hits.map((hit) => hit.connection))];
  return order.flatMap((connection) =>
    hits
      .filter((hit) => hit.connection === connection)
      .map((hit): Option => ({ kind: "hit", group: group(hit.connection_name), hit })),
  );
}

/** `servers` are the open connections that can search. */
export function optionsOf(search: Search, servers: { id: string; name: string }[]): Option[] {
  return [
    ...search.roots.map((root): Option => ({ kind: "root", group: m.rail_connections(), root })),
    ...byConnection(search.seen?.items ?? [], (name) => name),
    ...byConnection(search.fresh, (name) => m.search_at_server({ name })),
    ...servers
      .filter(({ id }) => !search.servers.has(id))
      .map(({ id, name }): Option => ({ kind: "ask", group: m.search_more(), connection: id, name })),
  ];
}

/** A name in three parts: before what was searched for, it, and after; the first two empty where it is not in the name. */
export function marked(name: string, text: string): [string, string, string] {
  const wanted = text.trim().toLowerCase();
  const at = wanted ? name.toLowerCase().indexOf(wanted) : -1;
  // Lower case may have another length than the name; then nothing is marked rather than the wrong letters.
  if (at < 0 || name.toLowerCase().length !== name.length) return ["", "", name];
  return [name.slice(0, at), name.slice(at, at + wanted.length), name.slice(at + wanted.length)];
}

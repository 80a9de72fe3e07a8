// What can be done from here, by name. Screens offer what they can do; keys and the command palette call it.
import { SvelteMap } from "svelte/reactivity";
import { untrack } from "svelte";

export type ActionId =
  | "new"
  | "search"
  | "connections"
  | "explorer"
  | "settings"
  | "palette"
  | "shortcuts"
  | "report"
  | "theme"
  | "submit"
  | "test"
  | "undo";

const offered = new SvelteMap<ActionId, (() => void)[]>();

/** Offers an action while the calling effect lives; the latest offer wins. Returns the function that withdraws it. */
export function offer(id: ActionId, run: () => void): () => void {
  return untrack(() => {
    offered.set(id, [...(offered.get(id) ?? []), run]);
    return () => {
      const left = (offered.get(id) ?? []).filter((other) => other !== run);
      if (left.length) offered.set(id, left);
      else offered.delete(id);
    };
  });
}

/** True when something offers the action now. */
export function canDo(id: ActionId): boolean {
  return offered.has(id);
}

/** Does the action; false when nothing offers it. */
export function perform(id: ActionId): boolean {
  const run = offered.get(id)?.at(-1);
  run?.();
  return run !== undefined;
}

// Where the person is. Owns the route and the way back; does not own what is drawn there (app/App.svelte does).
import type { NodeKind } from "@/ipc";
import { untrack } from "svelte";

export type Route =
  | { at: "connections"; highlight?: string }
  | {
      at: "explorer";
      connection?: string;
      /** Its name, where it is known. */ name?: string;
      path?: string[];
      kind?: NodeKind;
      /** To the first of the sample layers. */ samples?: boolean;
    }
  | { at: "settings"; section?: SettingsSection }
  | { at: "new"; connector?: string }
  | { at: "edit"; id: string; /** Put there and focused, as a failed test proposed. */ set?: { field: string; value?: string } }
  | { at: "duplicate"; id: string };

export type SettingsSection = "appearance" | "network" | "vault" | "derived" | "data" | "about";

class Navigation {
  #route: Route = $state.raw({ at: "connections" });
  /** Set by a screen with something to lose: answers false to stay. */
  guard: (() => Promise<boolean> | boolean) | undefined;

  get route(): Route {
    return this.#route;
  }

  /** Goes somewhere. The address in the window follows, for tests and for a reload while developing. */
  go(route: Route): void {
    this.#route = route;
    history.replaceState(null, "", `#${path(route)}`);
  }

  /** Goes somewhere from the frame (rail, palette, keys): the screen that would lose something is asked first. */
  async leave(route: Route): Promise<void> {
    if (this.guard && !(await this.guard())) return;
    this.go(route);
  }

  /** Takes the route from the address. */
  restore(hash: string): void {
    this.#route = parse(hash.replace(/^#/, ""));
  }
}

function path(route: Route): string {
  switch (route.at) {
    case "connections":
      return "/connections";
    case "explorer":
      return ["/explorer", route.connection, route.connection && (route.kind ?? "connection"), ...(route.path ?? [])]
        .filter((part) => part !== undefined && part !== "")
        .map((part, at) => (at ? encodeURIComponent(part ?? "") : part))
        .join("/");
    case "settings":
      return route.section ? `/settings/${route.section}` : "/settings";
    case "new":
      return route.connector ? `/new/${route.connector}` : "/new";
    default:
      return `/${route.at}/${route.id}`;
  }
}

function parse(text: string): Route {
  const [at, rest] = text.split("/").filter(Boolean);
  if (at === "explorer") {
    const [connection, kind, ...path] = text.split("/").filter(Boolean).slice(1).map(decodeURIComponent);
    return { at, connection, path, kind: kind === "connection" ? undefined : (kind as NodeKind | undefined) };
  }
  if (at === "settings") return { at, section: rest as SettingsSection | undefined };
  if (at === "new") return { at, connector: rest };
  if ((at === "edit" || at === "duplicate") && rest) return { at, id: rest };
  return { at: "connections" };
}

export const navigation = new Navigation();

type Step = () => boolean | void;
const steps: Step[] = [];

/**
 * "Esc goes back one step": the latest step registered is asked first; one that answers `false` passes it on.
 * Use it in an effect; it returns the function that takes the step away.
 */
export function onEscape(step: Step): () => void {
  return untrack(() => {
    steps.push(step);
    return () => {
      const index = steps.lastIndexOf(step);
      if (index >= 0) steps.splice(index, 1);
    };
  });
}

/** Goes back one step. True when some step was there to take. */
export function escape(): boolean {
  for (const step of steps.toReversed()) if (step() !== false) return true;
  return false;
}

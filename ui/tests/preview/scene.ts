// A scene: what Rust would know, where the person is, and what they do there before we look.
import type { Component } from "svelte";
import type { World } from "../mock";

export type Scene = {
  world?: (world: World) => void;
  /** As in "#/settings". */
  hash?: string;
  /** Something else than the whole program. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  component?: Component<any>;
  props?: Record<string, unknown>;
  then?: (world: World) => Promise<void> | void;
};

/** Waits until the function answers something. */
export async function until<T>(look: () => T | null | undefined | false): Promise<T> {
  for (let turn = 0; turn < 100; turn++) {
    const seen = look();
    if (seen) return seen;
    await new Promise((go) => setTimeout(go, 20));
  }
  throw new Error("not seen");
}

/** The first element whose role-bearing text or name is this. */
export function named(selector: string, name: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(selector)].find(
    (element) => (element.getAttribute("aria-label") ?? element.textContent ?? "").trim() === name,
  );
}

export async function press(selector: string, name: string): Promise<void> {
  (await until(() => named(selector, name))).click();
}

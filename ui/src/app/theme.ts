// Light, dark, or as the system says: one attribute on the root, read by the tokens.
import type { Theme } from "@/ipc";

export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
}

/** The one after this. */
export function nextTheme(theme: Theme): Theme {
  const order: Theme[] = ["system", "light", "dark"];
  return order[(order.indexOf(theme) + 1) % order.length] ?? "system";
}

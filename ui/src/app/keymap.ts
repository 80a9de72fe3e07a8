// The one table of keys. What is listed on `?` and what works are the same rows.
import { m } from "@/paraglide/messages";
import type { ActionId } from "@/shared/actions.svelte";

type Keys = {
  /** As in "Mod+K"; Mod is ⌘ on a Mac, Ctrl elsewhere. */
  keys: string;
  label: () => string;
  /** What it does; without one the row tells what a control does by itself (arrows in a list). */
  action?: ActionId | "escape";
};

export const keymap: Keys[] = [
  { keys: "Mod+K", label: m.key_palette, action: "palette" },
  { keys: "N", label: m.key_new, action: "new" },
  { keys: "/", label: m.key_search, action: "search" },
  { keys: "Mod+1", label: m.key_connections, action: "connections" },
  { keys: "Mod+2", label: m.key_explorer, action: "explorer" },
  { keys: "Mod+,", label: m.key_settings, action: "settings" },
  { keys: "Mod+Z", label: m.key_undo, action: "undo" },
  { keys: "Mod+Enter", label: m.key_submit, action: "submit" },
  { keys: "Mod+Shift+Enter", label: m.key_test, action: "test" },
  { keys: "Up Down", label: m.key_arrows },
  { keys: "Left Right", label: m.key_fold },
  { keys: "Enter", label: m.key_enter },
  { keys: "F5", label: m.key_refresh },
  { keys: "Shift+Up Down Left Right", label: m.key_grid_select },
  { keys: "Mod+C", label: m.key_grid_copy },
  { keys: "Mod+Shift+C", label: m.key_grid_copy_names },
  { keys: "Alt+Down", label: m.key_grid_column },
  { keys: "Alt+Left Right", label: m.key_grid_width },
  { keys: "Escape", label: m.key_escape, action: "escape" },
  { keys: "?", label: m.key_shortcuts, action: "shortcuts" },
];

export const onMac = /Mac/.test(navigator.platform);

/** The row that a key event means, if it means one here. */
export function match(event: KeyboardEvent): Keys | undefined {
  if (event.isComposing || event.altKey) return undefined;
  return keymap.find((row) => row.action && hit(row.keys, event));
}

function hit(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const mod = onMac ? event.metaKey : event.ctrlKey;
  const other = onMac ? event.ctrlKey : event.metaKey;
  if (other || mod !== parts.includes("Mod")) return false;
  if (event.key.toLowerCase() !== key.toLowerCase()) return false;
  // "?" and "/" already say which keys were held; a letter or Enter does not.
  if (/^[a-z]$/i.test(key) || key.length > 1) return event.shiftKey === parts.includes("Shift");
  return true;
}

/** True when a bare key (no Ctrl or ⌘) would be typed into something rather than meant as a command. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
}

/** True while a dialog or a menu is open: it takes keys for itself. One that is closing does not any more. */
export function isCovered(): boolean {
  const covers = '[role="dialog"][aria-modal="true"], [role="alertdialog"], [role="menu"], .dialog, .menu-panel';
  return [...document.querySelectorAll(covers)].some((cover) => cover.getAttribute("data-state") !== "closed");
}

/** The caps of a shortcut, as the platform writes them. */
export function caps(keys: string): string[] {
  const names: Record<string, string> = onMac
    ? { Mod: "⌘", Shift: "⇧", Enter: "↩", Escape: "esc", Up: "↑", Down: "↓", Left: "←", Right: "→" }
    : { Mod: "Ctrl", Escape: "Esc", Up: "↑", Down: "↓", Left: "←", Right: "→" };
  return keys.split(/[+ ]/).map((part) => names[part] ?? part);
}

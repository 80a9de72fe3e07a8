// Before every test: what jsdom lacks, and a clean screen after it.
import { cleanup, configure } from "@testing-library/svelte";
import { afterEach, beforeEach } from "vitest";
import { toasts } from "@/shared/toasts.svelte";
import { navigation } from "@/shared/navigation.svelte";
import { forget } from "@/features/connections/list.svelte";
import { forget as forgetExplorer } from "@/features/explorer/explorer.svelte";
import { forget as forgetWizard } from "@/features/wizard/wizard.svelte";
import { uninstall } from "./mock";

class NoResize {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

// What is missing, without the whole document. And patience: a test that passes waits for nothing, one on a busy machine may.
configure({
  asyncUtilTimeout: 15_000,
  getElementError: (message) => new Error(message?.split("\n\n").slice(0, 1).join("\n") ?? "not found"),
});

beforeEach(() => {
  globalThis.ResizeObserver ??= NoResize as unknown as typeof ResizeObserver;
  Element.prototype.scrollIntoView ??= () => undefined;
  Element.prototype.animate ??= (() => ({
    finished: Promise.resolve(),
    cancel() {},
  })) as unknown as typeof Element.prototype.animate;
  // jsdom has the method, and a warning instead of a canvas; axe asks whether there is one.
  HTMLCanvasElement.prototype.getContext = () => null;
  Element.prototype.hasPointerCapture ??= () => false;
  navigation.go({ at: "connections" });
  navigation.guard = undefined;
  forget();
  forgetExplorer();
  delete document.documentElement.dataset.ready;
});

afterEach(async () => {
  cleanup();
  toasts.clear();
  // What a screen sends when it goes belongs to the world of its own test: nothing is under way when the next one begins.
  await forgetWizard();
  await new Promise((go) => setTimeout(go));
  uninstall();
  document.body.replaceChildren();
});

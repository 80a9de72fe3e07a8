// Before every test: what jsdom lacks, and a clean screen after it.
import { cleanup, configure } from "@testing-library/svelte";
import { afterEach, beforeEach } from "vitest";
import { toasts } from "@/shared/toasts.svelte";
import { navigation } from "@/shared/navigation.svelte";
import { forget } from "@/features/connections/list.svelte";
import { uninstall } from "./mock";

class NoResize {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

// What is missing, without the whole document.
configure({ getElementError: (message) => new Error(message?.split("\n\n").slice(0, 1).join("\n") ?? "not found") });

beforeEach(() => {
  globalThis.ResizeObserver ??= NoResize as unknown as typeof ResizeObserver;
  Element.prototype.scrollIntoView ??= () => undefined;
  Element.prototype.animate ??= (() => ({
    finished: Promise.resolve(),
    cancel() {},
  })) as unknown as typeof Element.prototype.animate;
  Element.prototype.hasPointerCapture ??= () => false;
  navigation.go({ at: "connections" });
  navigation.guard = undefined;
  forget();
  delete document.documentElement.dataset.ready;
});

afterEach(() => {
  cleanup();
  toasts.clear();
  uninstall();
  document.body.replaceChildren();
});

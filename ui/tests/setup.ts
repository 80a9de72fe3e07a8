// Before every test: what jsdom lacks, and a clean screen after it.
import { cleanup } from "@testing-library/svelte";
import { afterEach, beforeEach } from "vitest";
import { toasts } from "@/shared/toasts.svelte";
import { navigation } from "@/shared/navigation.svelte";
import { uninstall } from "./mock";

class NoResize {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  globalThis.ResizeObserver ??= NoResize as unknown as typeof ResizeObserver;
  Element.prototype.scrollIntoView ??= () => undefined;
  Element.prototype.animate ??= (() => ({
    finished: Promise.resolve(),
    cancel() {},
  })) as unknown as typeof Element.prototype.animate;
  Element.prototype.hasPointerCapture ??= () => false;
  navigation.go({ at: "connections" });
});

afterEach(() => {
  cleanup();
  toasts.clear();
  uninstall();
  document.body.replaceChildren();
});

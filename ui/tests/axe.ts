// The automatic accessibility check of a screen. Colours are held by tokens.test.ts, since jsdom draws nothing.
import axe from "axe-core";
import { expect } from "vitest";

export async function expectAccessible(root: Element = document.body): Promise<void> {
  const found = await axe.run(root, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: root === document.body } },
  });
  expect(found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" | ")}`)).toEqual(
    [],
  );
}

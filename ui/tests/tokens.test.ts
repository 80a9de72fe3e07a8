// The colours keep their promise: AAA (7:1) for text on the page, AA elsewhere, in light and in dark.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/styles/tokens.css", "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name,
    [light, dark],
  ]),
);

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string, theme: 0 | 1): number {
  const [a, b] = [one, other].map((name) => luminance(tokens.get(name)?.[theme] ?? "#000000"));
  const [light, dark] = [Math.max(a ?? 0, b ?? 0), Math.min(a ?? 0, b ?? 0)];
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["page", "rail", "raised", "sunken", "hover", "selected"];
const pairs: [string, string, number][] = [
  ...grounds.flatMap((ground): [string, string, number][] => [
    ["text", ground, 7],
    ["text-2", ground, ground === "page" || ground === "raised" ? 7 : 6],
    ["accent-text", ground, 4.5],
  ]),
  ...["success", "warning", "danger"].flatMap((state): [string, string, number][] => [
    ["text", `${state}-soft`, 7],
    [`${state}-text`, "page", 7],
    [`${state}-text`, `${state}-soft`, 4.5],
    [state, "page", 3],
    [state, `${state}-soft`, 3],
  ]),
  ["text-2", "danger-soft", 4.5],
  ["text-2", "warning-soft", 4.5],
  ["text-on-accent", "accent", 7],
  ["on-danger", "danger", 4.5],
  ["line-strong", "page", 3],
  ["line-strong", "raised", 3],
  ["focus", "page", 3],
  ["env-development", "raised", 3],
  ["env-staging", "raised", 3],
  ["env-production", "raised", 3],
];

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("in %s", (_, theme) => {
  it.each(pairs)("%s on %s reaches %d:1", (one, other, least) => {
    expect(contrast(one, other, theme)).toBeGreaterThanOrEqual(least);
  });
});

it("is the only file with a literal colour", async () => {
  const files = import.meta.glob("../src/**/*.{svelte,css,ts}", { query: "?raw", import: "default", eager: true }) as Record<
    string,
    string
  >;
  const literal = /#[0-9a-f]{3,8}\b(?![^<]*<\/script>)|\brgba?\(|\bhsla?\(/i;
  const found = Object.entries(files)
    .filter(([path]) => !/tokens\.css|paraglide|bindings|line-map/.test(path))
    .flatMap(([path, text]) =>
      [...(text.match(/<style>[\s\S]*<\/style>/) ?? (path.endsWith(".css") ? [text] : []))].map(
        (style) => [path, style] as const,
      ),
    )
    .filter(([, style]) => literal.test(style));
  expect(found.map(([path]) => path)).toEqual([]);
});

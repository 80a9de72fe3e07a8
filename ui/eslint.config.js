import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist", "tests/preview/dist", "project.inlang", "src/paraglide", "src/ipc/bindings.ts"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  { files: ["**/*.svelte", "**/*.svelte.ts"], languageOptions: { parserOptions: { parser: ts.parser } } },
  {
    rules: {
      "no-eval": "error",
      "no-console": "error",
      "svelte/no-at-html-tags": "error",
      // Maps that are replaced as a whole (state.raw) need no reactive kind.
      "svelte/prefer-svelte-reactivity": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  { files: ["src/**"], rules: { "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }] } },
  {
    // The rooms and their locks: only ipc touches Tauri, a feature never sees another feature or the app.
    files: ["src/**/*.ts", "src/**/*.svelte"],
    ignores: ["src/ipc/**"],
    rules: { "no-restricted-imports": ["error", { patterns: ["@tauri-apps/*"] }] },
  },
  ...["connections", "explorer", "settings", "wizard"].map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: ["@tauri-apps/*", "@/app/*", "../../app/*", "@/features/*", `!@/features/${feature}`] },
      ],
    },
  })),
  {
    files: ["src/shared/**"],
    rules: { "no-restricted-imports": ["error", { patterns: ["@tauri-apps/*", "@/app/*", "@/features/*"] }] },
  },
);

// The harness: every screen with the stand-in for Rust, to be looked at. Not part of the product's build.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "./",
  plugins: [svelte({ configFile: here("../../svelte.config.js") })],
  resolve: { alias: { "@": here("../../src") } },
  server: { port: 5174, strictPort: true, host: "127.0.0.1", fs: { allow: [here("../../..")] } },
  build: { outDir: here("./dist"), assetsInlineLimit: 0, minify: false },
});

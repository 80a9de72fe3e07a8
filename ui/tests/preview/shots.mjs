// Takes pictures of scenes with a headless Chromium: node tests/preview/shots.mjs OUT [SCENE…]
// AXE=1 also runs the accessibility check in the browser, where colours count.
// (light and dark, 1280×800 and 900×600), to be looked at while building. The real window is shot by the program's own tests.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { mkdir, readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";

const run = promisify(execFile);
const [out = "shots", ...wanted] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "dist");
const sizes = (process.env.SIZES ?? "1280x800,900x600").split(",");
const themes = (process.env.THEMES ?? "light,dark").split(",");
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };

await build({ configFile: join(here, "vite.config.ts"), logLevel: "error" });
const server = createServer(async (request, response) => {
  const path = normalize(new URL(request.url ?? "/", "http://x").pathname).replace(/^\/+/, "");
  try {
    const body = await readFile(join(dist, path || "index.html"));
    response.writeHead(200, { "content-type": types[extname(path)] ?? "text/html" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, "127.0.0.1");
await new Promise((go) => server.once("listening", go));
const { port } = server.address();
await mkdir(out, { recursive: true });

// `forms`: the first page, notice and form of every warehouse, with each way to sign in and *Advanced* open.
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking"];
const names = async () => {
  const { stdout } = await run("chromium", [...flags, "--virtual-time-budget=1500", "--dump-dom", `http://127.0.0.1:${port}/`]);
  const text = /<div id="app">([^<]*)</.exec(stdout)?.[1] ?? "";
  return text.split("\n").filter((name) => /^(first|form|notice)-/.test(name));
};
const chosen = wanted.includes("forms") ? [...wanted.filter((name) => name !== "forms"), ...(await names())] : wanted;

for (const scene of chosen) {
  for (const theme of themes) {
    for (const size of sizes) {
      const [width, height] = size.split("x");
      const file = join(out, `${scene}-${theme}-${width}.png`);
      const url = `http://127.0.0.1:${port}/index.html?scene=${scene}&theme=${theme}`;
      await run("chromium", [
        ...flags,
        `--window-size=${width},${height}`,
        "--virtual-time-budget=2500",
        `--screenshot=${file}`,
        url,
      ]);
      process.stdout.write(`${file}\n`);
      if (!process.env.AXE) continue;
      const { stdout } = await run(
        "chromium",
        [...flags, `--window-size=${width},${height}`, "--virtual-time-budget=6000", "--dump-dom", `${url}&axe`],
        {
          maxBuffer: 1e8,
        },
      );
      process.stdout.write(`  axe: ${/data-axe="([^"]*)"/.exec(stdout)?.[1] ?? "did not run"}\n`);
    }
  }
}
server.close();

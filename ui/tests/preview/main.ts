// `index.html?scene=cards&theme=dark` shows one scene; without a scene, the names of all.
import "@fontsource-variable/inter";
import { mount, type Component } from "svelte";
import App from "@/app/App.svelte";
import "@/styles/base.css";
import "@/styles/tokens.css";
import { install } from "../mock";
import type { Scene } from "./scene";

const found = import.meta.glob<{ scenes: Record<string, Scene> }>("./scenes/*.ts", { eager: true });
const scenes = Object.assign({}, ...Object.values(found).map((part) => part.scenes)) as Record<string, Scene>;

const query = new URLSearchParams(location.search);
const name = query.get("scene");
const target = document.getElementById("app");
const scene = name ? scenes[name] : undefined;

if (target && scene) {
  const theme = (query.get("theme") ?? "light") as "light" | "dark";
  const world = install((fresh) => {
    fresh.settings.settings.theme = theme;
    scene.world?.(fresh);
  });
  if (scene.hash) history.replaceState(null, "", scene.hash);
  mount((scene.component ?? App) as Component<Record<string, unknown>>, { target, props: scene.props ?? {} });
  await scene.then?.(world);
  document.documentElement.dataset.scene = "ready";
  // With `axe`, what the accessibility check has against the scene, colours included, which jsdom cannot see.
  if (query.has("axe")) {
    const { default: axe } = await import("axe-core");
    await new Promise((go) => setTimeout(go, 400));
    const { violations } = await axe.run(document);
    const words = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} — ${n.any[0]?.message ?? ""}`));
    document.documentElement.dataset.axe = words.join("\n") || "none";
  }
} else if (target) {
  target.textContent = Object.keys(scenes).join("\n");
}

// Opens the whole program over the stand-in, as a person sees it.
import App from "@/app/App.svelte";
import { render } from "@testing-library/svelte";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { install, type World } from "./mock";

export type Opened = { world: World; user: UserEvent };

export async function open(change?: (world: World) => void, hash = "#/connections"): Promise<Opened> {
  history.replaceState(null, "", hash);
  const world = install(change);
  const user = userEvent.setup();
  render(App);
  const started = performance.now();
  while (!document.documentElement.dataset.ready) {
    if (performance.now() - started > 3000) throw new Error("the first screen did not come");
    await new Promise((go) => setTimeout(go, 5));
  }
  return { world, user };
}

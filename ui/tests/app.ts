// Opens the whole program over the stand-in, as a person sees it.
import App from "@/app/App.svelte";
import { render, waitFor } from "@testing-library/svelte";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { install, type World } from "./mock";

export type Opened = { world: World; user: UserEvent };

export async function open(change?: (world: World) => void, hash = "#/connections"): Promise<Opened> {
  history.replaceState(null, "", hash);
  const world = install(change);
  const user = userEvent.setup();
  render(App);
  await waitFor(() => {
    if (!document.documentElement.dataset.ready) throw new Error("the first screen did not come");
  });
  return { world, user };
}

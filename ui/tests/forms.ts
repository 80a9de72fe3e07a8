// Opens the wizard as a person would, over the stand-in for Rust.
import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import App from "@/app/App.svelte";
import type { ConnectorSpec } from "@/ipc";
import { navigation } from "@/shared/navigation.svelte";
import { teach, type Drafts } from "./drafts";
import { everything } from "./everything";
import { install, type World } from "./mock";

export type Opened = { world: World; drafts: Drafts; user: ReturnType<typeof userEvent.setup> };
type Change = (drafts: Drafts, world: World) => void;

/** The program at a place in the wizard. */
export async function openAt(
  hash: string,
  change: Change = () => undefined,
  specs: ConnectorSpec[] = [everything],
): Promise<Opened> {
  let drafts: Drafts | undefined;
  const world = install((fresh) => {
    fresh.specs = specs;
    drafts = teach(fresh, (taught) => change(taught, fresh));
  });
  const user = userEvent.setup();
  history.replaceState(null, "", hash);
  navigation.restore(hash);
  render(App);
  return { world, drafts: drafts as Drafts, user };
}

/** The form of a new connection. */
export async function openForm(change?: Change, spec: ConnectorSpec = everything): Promise<Opened> {
  const opened = await openAt(`#/new/${spec.id}`, change, [spec]);
  await opened.user.click(await screen.findByRole("button", { name: spec.first_page.button }));
  if (spec.notice) await opened.user.click(await screen.findByRole("button", { name: spec.notice.button }));
  await screen.findByRole("textbox", { name: "Name" });
  return opened;
}

/** Fills what `everything` needs. */
export async function fillIn({ user }: Opened): Promise<void> {
  await user.type(screen.getByLabelText("Name"), "City");
  await user.type(screen.getByLabelText("Server"), "db.example.org");
  await user.type(screen.getByLabelText("Username"), "ana");
  await user.type(screen.getByLabelText("Password"), "s3cret");
  await user.type(await screen.findByRole("combobox", { name: "Database" }), "city");
  await user.keyboard("{Escape}");
}

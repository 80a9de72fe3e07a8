import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { DerivedKind, DerivedView } from "@/ipc";
import { open } from "./app";
import { expectAccessible } from "./axe";
import { error, type World } from "./mock";

/** Settings over a few derived data that can be cleared and turned off, as Rust does it. */
async function opened(change: (world: World) => void = () => undefined) {
  let kinds: DerivedView[] = [
    { kind: "catalogs", on: true, entries: 5_214, bytes: 1_840_000 },
    { kind: "statistics", on: true, entries: 1, bytes: 4_200 },
    { kind: "history", on: false, entries: 0, bytes: 0 },
  ];
  const cleared = (kind: unknown, on?: boolean) =>
    (kinds = kinds.map((view) =>
      view.kind === (kind as DerivedKind) ? { ...view, on: on ?? view.on, entries: 0, bytes: 0 } : view,
    ));
  const it = await open((world) => {
    world.handlers.derived_view = () => kinds;
    world.handlers.derived_clear = ({ kind }) => cleared(kind);
    world.handlers.derived_set = ({ kind, on }) => cleared(kind, on as boolean);
    change(world);
  }, "#/settings/derived");
  return { ...it, section: within(await screen.findByRole("region", { name: "Derived data" })) };
}

describe("derived data", () => {
  it("are listed with their size and what they are", async () => {
    const { section } = await opened();
    expect(await section.findByText("5,214 entries, about 1.8 MB")).toBeTruthy();
    expect(section.getByText("1 entry, about 5 kB")).toBeTruthy();
    expect(section.getByText("Nothing is kept.")).toBeTruthy();
    expect(section.getByText(/These are values from your tables/)).toBeTruthy();
    expect((section.getByRole("switch", { name: "SQL history" }) as HTMLInputElement).checked).toBe(false);
    await expectAccessible();
  });

  it("are cleared after a question whose safe answer has the focus", async () => {
    const { section, user, world } = await opened();
    await user.click(await section.findByRole("button", { name: "Clear Catalogs" }));
    const dialog = within(await screen.findByRole("alertdialog", { name: "Clear Catalogs?" }));
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Keep it"));
    await expectAccessible(screen.getByRole("alertdialog"));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(world.called("derived_clear")).toEqual([]);
    await user.click(section.getByRole("button", { name: "Clear Catalogs" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Clear" }));
    expect(world.called("derived_clear")).toEqual([{ kind: "catalogs" }]);
    await waitFor(() => expect(section.getAllByText("Nothing is kept.")).toHaveLength(2));
    expect(dialog).toBeTruthy();
  });

  it("are turned off after a question when there is something to lose, and on at once", async () => {
    const { section, user, world } = await opened();
    const statistics = (await section.findByRole("switch", { name: "Column statistics" })) as HTMLInputElement;
    await user.click(statistics);
    expect(statistics.checked).toBe(true);
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Turn off and clear" }));
    await waitFor(() => expect(world.called("derived_set")).toEqual([{ kind: "statistics", on: false }]));
    await waitFor(() =>
      expect((section.getByRole("switch", { name: "Column statistics" }) as HTMLInputElement).checked).toBe(false),
    );
    await user.click(section.getByRole("switch", { name: "SQL history" }));
    await waitFor(() => expect(world.called("derived_set").at(-1)).toEqual({ kind: "history", on: true }));
  });

  it("say why they could not be read, and try again", async () => {
    let broken = true;
    const { section, user } = await opened((world) => {
      const usual = world.handlers.derived_view;
      world.handlers.derived_view = (args, w) => {
        if (broken) throw error({ kind: "store", what: "The database is busy." });
        return usual?.(args, w);
      };
    });
    expect((await section.findByRole("alert")).textContent).toContain("The database is busy.");
    broken = false;
    await user.click(section.getByRole("button", { name: "Try again" }));
    expect(await section.findByText("5,214 entries, about 1.8 MB")).toBeTruthy();
  });
});

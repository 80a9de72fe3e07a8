import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { keymap, match } from "@/app/keymap";
import { toasts } from "@/shared/toasts.svelte";
import { open } from "./app";
import { expectAccessible } from "./axe";
import { explore } from "./explorer";
import { ask, connection, error, type World } from "./mock";

const two = (world: World) =>
  (world.connections = [connection({ name: "Alpha" }), connection({ name: "Beta", host: "beta.example.org" })]);

describe("the keys", () => {
  it("are one table without two rows for the same keys, and `?` lists all of it", async () => {
    const keys = keymap.map((row) => row.keys);
    expect(new Set(keys).size).toBe(keys.length);
    const { user } = await open(two);
    await user.keyboard("?");
    const dialog = within(await screen.findByRole("dialog", { name: "Keyboard shortcuts" }));
    for (const row of keymap) expect(dialog.getAllByText(row.label()).length).toBeGreaterThan(0);
    await expectAccessible(screen.getByRole("dialog"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("mean nothing while something is typed, but with Ctrl they do", async () => {
    const { user } = await open(two);
    await user.keyboard("/n?");
    expect(location.hash).toBe("#/connections");
    expect((screen.getByRole("textbox") as HTMLInputElement).value).toBe("n?");
    await user.keyboard("{Control>},{/Control}");
    expect(location.hash).toBe("#/settings");
    await user.keyboard("{Escape}");
    expect(location.hash).toBe("#/connections");
    await user.keyboard("n");
    expect(location.hash).toBe("#/new");
  });

  it("tell modifiers apart", () => {
    const press = (key: string, init: KeyboardEventInit = {}) => match(new KeyboardEvent("keydown", { key, ...init }))?.action;
    expect(press("k", { ctrlKey: true })).toBe("palette");
    expect(press("k")).toBeUndefined();
    expect(press("n", { ctrlKey: true })).toBeUndefined();
    expect(press("N", { shiftKey: true })).toBeUndefined();
    expect(press("?", { shiftKey: true })).toBe("shortcuts");
    expect(press("Enter", { ctrlKey: true, shiftKey: true })).toBe("test");
    expect(press("Enter", { ctrlKey: true })).toBe("submit");
    expect(press("n", { altKey: true })).toBeUndefined();
  });
});

describe("the command palette", () => {
  it("finds actions and connections, and does what is chosen", async () => {
    const { user } = await open(two);
    await user.keyboard("{Control>}k{/Control}");
    const box = await screen.findByRole("combobox", { name: "Command palette" });
    await waitFor(() => expect(document.activeElement === box).toBe(true));
    await expectAccessible(screen.getByRole("dialog"));
    await user.type(box, "beta");
    await waitFor(() =>
      expect(
        within(screen.getByRole("listbox"))
          .getAllByRole("option")
          .map((o) => o.textContent),
      ).toEqual([expect.stringContaining("Open Beta in Data Explorer"), expect.stringContaining("Edit Beta")]),
    );
    await user.keyboard("{ArrowDown}{Enter}");
    expect(location.hash).toMatch(/^#\/edit\//);
  });

  it("finds every table that was seen, and opens it", async () => {
    const { user } = await open(explore);
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox", { name: "Command palette" }), "parcels_n");
    const option = await screen.findByRole("option", { name: /parcels_now/ });
    expect(option.textContent).toContain("City of Lisbon › cadastre");
    await user.click(option);
    expect(await screen.findByRole("heading", { name: "parcels_now" })).toBeTruthy();
  });

  it("offers every warehouse and every part of the settings, with the arrows", async () => {
    const { user } = await open(two);
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("combobox", { name: "Command palette" });
    await user.keyboard("snow");
    await waitFor(() => expect(within(screen.getByRole("listbox")).getAllByRole("option")).toHaveLength(1));
    await user.keyboard("{ArrowDown}{ArrowUp}{Enter}");
    expect(location.hash).toBe("#/new/snowflake");
  });

  it("says when nothing is found", async () => {
    const { user } = await open(two);
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox", { name: "Command palette" }), "zzzz");
    expect(await screen.findByText(/Nothing found/)).toBeTruthy();
  });
});

describe("a question in the middle of work", () => {
  it("asks for a secret, hands it over once, and forgets it", async () => {
    const { world, user } = await open(two);
    ask(world, { id: 7, run: null, question: { kind: "secret", field: null, label: "Password", purpose: "ana@db" } });
    const box = (await screen.findByLabelText("Password")) as HTMLInputElement;
    expect(box.type).toBe("password");
    await waitFor(() => expect(document.activeElement === box).toBe(true));
    await expectAccessible(screen.getByRole("dialog"));
    await user.type(box, "s3cret{Enter}");
    expect(world.called("question_answer")).toEqual([{ id: 7, answer: { kind: "secret", text: "s3cret" } }]);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(document.body.outerHTML).not.toContain("s3cret");
  });

  it("closed means no; one after the other; taken back when nobody waits any more", async () => {
    const { world, user } = await open(two);
    const consent = { kind: "consent" as const, title: "This reads 4 GB", text: "About 2 cents." };
    ask(world, { id: 1, run: null, question: consent });
    ask(world, { id: 2, run: null, question: { ...consent, title: "Another" } });
    ask(world, { id: 3, run: null, question: { ...consent, title: "A third" } });
    await screen.findByRole("alertdialog", { name: "This reads 4 GB" });
    world.news?.onmessage({ news: "withdrawn", id: 2 });
    await user.keyboard("{Escape}");
    expect(world.called("question_answer")).toEqual([{ id: 1, answer: { kind: "no" } }]);
    await user.click(
      within(await screen.findByRole("alertdialog", { name: "A third" })).getByRole("button", { name: "Continue" }),
    );
    expect(world.called("question_answer").at(-1)).toEqual({ id: 3, answer: { kind: "yes" } });
  });
});

describe("toasts", () => {
  it("go after a while, and what can be undone is offered once", async () => {
    vi.useFakeTimers();
    try {
      const undo = vi.fn();
      toasts.show("Gone", { action: { label: "Undo", run: undo }, seconds: 10 });
      toasts.show("Saved");
      vi.advanceTimersByTime(5000);
      expect(toasts.list.map((t) => t.text)).toEqual(["Gone"]);
      const id = toasts.list[0]?.id ?? 0;
      toasts.act(id);
      toasts.act(id);
      expect(undo).toHaveBeenCalledTimes(1);
      toasts.show("Late", { action: { label: "Undo", run: undo }, seconds: 10 });
      vi.advanceTimersByTime(10_000);
      expect(toasts.list).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("never push away one with something to undo", () => {
    toasts.show("Gone", { action: { label: "Undo", run: () => undefined } });
    for (const text of ["1", "2", "3", "4"]) toasts.show(text);
    expect(toasts.list.map((t) => t.text)).toContain("Gone");
    expect(toasts.list).toHaveLength(3);
  });

  it("are read out and can be dismissed", async () => {
    const { user } = await open(two);
    toasts.show("Saved", { tone: "success" });
    const region = screen.getByRole("region", { name: "Notifications" });
    expect(await within(region).findByText("Saved")).toBeTruthy();
    expect(region.getAttribute("aria-live")).toBe("polite");
    await user.click(within(region).getByRole("button", { name: "Dismiss" }));
    expect(within(region).queryByText("Saved")).toBeNull();
  });
});

describe("a start that fails", () => {
  it("says why in the window, and tries again", async () => {
    let broken = true;
    const { user, world } = await open((w) => {
      w.handlers.app_start = (_, it) => {
        if (broken) throw error({ what: "Your data were made by a newer Landbridge." });
        return { connectors: it.specs, settings: it.settings, vault: it.vault, version: "0.1.0" };
      };
    });
    expect(screen.getByRole("alert").textContent).toContain("newer Landbridge");
    expect(world.called("window_ready")).toHaveLength(1);
    await expectAccessible();
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "Connect your first data warehouse" })).toBeTruthy();
  });
});

import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { ChoicePage } from "@/ipc";
import { expectAccessible } from "./axe";
import { freshDraft } from "./drafts";
import { everything } from "./everything";
import { fillIn, openAt, openForm } from "./forms";
import { connection, fail } from "./mock";

const button = (name: string | RegExp) => screen.getByRole("button", { name });
const password = () => screen.getByLabelText<HTMLInputElement>("Password");

/** Everything that the page holds: its text, its attributes, and what stands in its controls. */
function page(): string {
  const typed = [...document.querySelectorAll<HTMLInputElement>("input, textarea, select")].map((control) => control.value);
  return [document.documentElement.outerHTML, ...typed].join("\n");
}

function paste(target: Element, text: string): void {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => text } });
  target.dispatchEvent(event);
}

describe("a form drawn from its spec", () => {
  it("shows every kind of field with its label, help and marks, and is accessible", async () => {
    const { user } = await openForm();
    await user.click(button(/^Advanced/));
    for (const field of everything.fields.filter((f) => f.id !== "key"))
      expect(screen.getAllByText(field.label).length).toBeGreaterThan(0);
    expect(screen.getByLabelText("Port")).toHaveProperty("value", "5432");
    expect(screen.getByRole("switch", { name: "Read-only session" })).toHaveProperty("checked", true);
    expect(screen.getByRole("combobox", { name: "SSL mode" })).toHaveProperty("value", "verify-full");
    expect(screen.getByRole("radio", { name: "Host" })).toHaveProperty("checked", true);
    expect(screen.getByLabelText("Server").getAttribute("aria-required")).toBe("true");
    expect(screen.getByLabelText("Name").getAttribute("aria-describedby")).toBe(
      screen.getByText(/How this connection is called/).id,
    );
    expect(screen.getByText("seconds")).toBeTruthy();
    await expectAccessible();
  });

  it("draws what the chosen way to sign in needs, and nothing else", async () => {
    const { user } = await openForm();
    expect(screen.queryByText("Private key")).toBeNull();
    await user.click(screen.getByRole("radio", { name: "Key pair" }));
    expect(await screen.findByText("Private key")).toBeTruthy();
    expect(screen.queryByLabelText("Password")).toBeNull();
    await expectAccessible();
  });

  it("opens a help link by its id", async () => {
    const { user, world } = await openForm();
    await user.click(screen.getByRole("link", { name: "Where is it?" }));
    expect(world.called("open_link")).toEqual([{ link: "everything.server" }]);
  });

  it("says how many advanced fields differ from their defaults", async () => {
    const { user } = await openForm();
    await user.click(button("Advanced"));
    await user.click(screen.getByRole("switch", { name: "Read-only session" }));
    await user.selectOptions(screen.getByRole("combobox", { name: "SSL mode" }), "require");
    expect(await screen.findByText("2 differ from their defaults")).toBeTruthy();
  });
});

describe("what is typed", () => {
  it("is all in the draft before Connect is answered, also what rested for no moment", async () => {
    const opened = await openForm();
    await fillIn(opened);
    await opened.user.type(screen.getByLabelText("Server"), ".example");
    await opened.user.click(button("Connect"));
    const commands = opened.world.calls.map((call) => call.command);
    const last = commands.lastIndexOf("draft_set");
    expect(opened.world.calls[last]?.args).toMatchObject({ field: "server", value: "db.example.org.example" });
    await waitFor(() => expect(opened.world.called("draft_connect").length).toBe(1));
    expect(opened.world.calls.findIndex((c) => c.command === "draft_connect")).toBeGreaterThan(last);
  });

  it("stays after Back and forth", async () => {
    const { user } = await openForm();
    await user.type(screen.getByLabelText("Server"), "db.example.org");
    await user.type(password(), "s3cret");
    await user.click(button("Back"));
    await user.click(await screen.findByRole("button", { name: "Setup connection" }));
    expect(screen.getByLabelText("Server")).toHaveProperty("value", "db.example.org");
    expect(await screen.findByText("Entered")).toBeTruthy();
  });

  it("is an error in its place as soon as the field is left, and no longer when it is right", async () => {
    const { user } = await openForm();
    const port = screen.getByLabelText("Port");
    await user.clear(port);
    await user.type(port, "abc");
    expect(screen.queryByText(/whole number/)).toBeNull();
    await user.tab();
    const wrong = await screen.findByText("Port is a whole number from 1 to 65535.");
    expect(port.getAttribute("aria-invalid")).toBe("true");
    expect(port.getAttribute("aria-describedby")).toBe(wrong.closest("p")?.id);
    await user.clear(port);
    await user.type(port, "5432");
    await waitFor(() => expect(port.getAttribute("aria-invalid")).toBe("false"));
  });

  it("is kept when Rust fails, with words", async () => {
    const { user, world } = await openForm();
    world.handlers.draft_set = () => fail({ what: "It cannot be stored.", why: "The disk is full." });
    await user.type(screen.getByLabelText("Server"), "db");
    await user.tab();
    expect(await screen.findByText("It cannot be stored. The disk is full.")).toBeTruthy();
    expect(screen.getByLabelText("Server")).toHaveProperty("value", "db");
  });
});

describe("errors", () => {
  it("are shown all at once; the focus goes to the first; each has a way to its field", async () => {
    const { user } = await openForm();
    await user.click(button("Connect"));
    expect(await screen.findByText("Server is needed.")).toBeTruthy();
    expect(screen.getByText("Name is needed.")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText("Name"));
    const summary = screen.getByText("5 things to fix:", { exact: false });
    await user.click(within(summary).getByRole("button", { name: "Username" }));
    expect(document.activeElement).toBe(screen.getByLabelText("Username"));
    await expectAccessible();
  });

  it("open the section that hides them", async () => {
    const opened = await openForm((drafts) => {
      drafts.checks = () => [{ field: "timeout", code: "number", message: "Connect timeout is too long." }];
    });
    await fillIn(opened);
    await opened.user.click(button("Connect"));
    expect(await screen.findByText("Connect timeout is too long.")).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Connect timeout")));
  });

  it("go one by one as they are fixed", async () => {
    const { user } = await openForm();
    await user.click(button("Connect"));
    await user.type(await screen.findByLabelText("Name"), "City");
    expect(await screen.findByText("4 things to fix:", { exact: false })).toBeTruthy();
    expect(screen.queryByText("Name is needed.")).toBeNull();
  });
});

describe("a secret", () => {
  it("leaves once when its field is left, and is nowhere on the page afterwards", async () => {
    const { user, world } = await openForm();
    await user.type(password(), "c4nary-s3cret");
    expect(world.called("draft_secret")).toEqual([]);
    await user.tab();
    await user.tab();
    expect(await screen.findByText("Entered")).toBeTruthy();
    expect(world.called("draft_secret")).toEqual([{ id: 1, field: "password", text: "c4nary-s3cret" }]);
    expect(page()).not.toContain("c4nary");
  });

  it("leaves by Enter too, before Connect", async () => {
    const { user, world } = await openForm();
    await user.type(password(), "c4nary{Enter}");
    await waitFor(() => expect(world.called("draft_connect").length).toBe(1));
    const order = world.calls.map((call) => call.command).filter((c) => c === "draft_secret" || c === "draft_connect");
    expect(order).toEqual(["draft_secret", "draft_connect"]);
    expect(page()).not.toContain("c4nary");
  });

  it("leaves when its field goes from the screen", async () => {
    const { user, world } = await openForm();
    await user.type(password(), "c4nary");
    const card = screen.getByRole<HTMLInputElement>("radio", { name: "Key pair" });
    card.click();
    await waitFor(() => expect(screen.queryByLabelText("Password")).toBeNull());
    await waitFor(() => expect(world.called("draft_secret").length).toBe(1));
  });

  it("can be shown while it is typed, without leaving", async () => {
    const { user, world } = await openForm();
    await user.type(password(), "abc");
    await user.click(button("Show Password"));
    expect(password().type).toBe("text");
    expect(password().value).toBe("abc");
    expect(world.called("draft_secret")).toEqual([]);
  });

  it("stays in its field when the window loses the focus", async () => {
    const { user, world } = await openForm();
    await user.type(password(), "half");
    password().dispatchEvent(new FocusEvent("focusout", { bubbles: true, relatedTarget: null }));
    expect(password().value).toBe("half");
    expect(world.called("draft_secret")).toEqual([]);
  });

  it("can be asked for every time instead of saved", async () => {
    const { user, world } = await openForm();
    await user.selectOptions(screen.getByLabelText("Where Password is kept"), "Ask every time");
    expect(await screen.findByText("You are asked when it is needed.")).toBeTruthy();
    expect(world.called("draft_source")).toEqual([{ id: 1, field: "password", source: "ask" }]);
  });

  it("that is saved says so, can be replaced, and comes back when that is undone", async () => {
    const id = "11111111-1111-4111-8111-111111111111";
    const { user, world } = await openAt(`#/edit/${id}`, (_, w) => {
      w.connections = [connection({ id, connector: "everything", name: "City" })];
    });
    expect(await screen.findByText("Saved")).toBeTruthy();
    await user.click(button("Replace Password"));
    expect(document.activeElement).toBe(password());
    await user.click(button("Keep the saved one"));
    expect(await screen.findByText("Saved")).toBeTruthy();
    await user.click(button("Replace Password"));
    await user.type(password(), "new");
    await user.tab();
    await user.tab();
    await user.click(await screen.findByRole("button", { name: "Use the saved one for Password" }));
    expect(await screen.findByText("Saved")).toBeTruthy();
    expect(world.called("draft_secret_clear").length).toBe(1);
    await expectAccessible();
  });

  it("that is saved and not needed can be taken out", async () => {
    const id = "11111111-1111-4111-8111-111111111111";
    const { user, drafts } = await openAt(`#/edit/${id}`, (_, w) => {
      w.connections = [connection({ id, connector: "everything", name: "City" })];
    });
    await user.click(await screen.findByRole("button", { name: /^Advanced/ }));
    await user.click(button("Remove Extra token"));
    await waitFor(() => expect(drafts.drafts.get(1)?.secrets.token?.from).toBe("nowhere"));
    expect(screen.getByLabelText("Extra token")).toHaveProperty("value", "");
  });

  it("that is asked for again says why", async () => {
    const because = "The server changed: the saved password is not sent to another one.";
    const id = "11111111-1111-4111-8111-111111111111";
    await openAt(`#/edit/${id}`, (_, w) => {
      w.connections = [connection({ id, connector: "everything", name: "City" })];
      w.handlers.connection_edit = () => {
        const draft = freshDraft(everything);
        draft.editing = id;
        const secret = draft.secrets.password;
        if (secret) Object.assign(secret, { from: "stored", asked_again_because: because });
        return draft;
      };
    });
    expect(await screen.findByText(because)).toBeTruthy();
    expect(password().type).toBe("password");
    expect(screen.queryByRole("button", { name: "Leave it empty" })).toBeNull();
  });
});

describe("a loaded selector", () => {
  const page1: ChoicePage = {
    items: [
      { value: "city", label: "city", note: "12 tables" },
      { value: "parks", label: "parks", note: "" },
    ],
    next: "2",
  };
  const page2: ChoicePage = { items: [{ value: "roads", label: "roads", note: "" }], next: null };
  const needs = async ({ user }: Awaited<ReturnType<typeof openForm>>) => {
    await user.type(screen.getByLabelText("Server"), "db");
    await user.type(screen.getByLabelText("Username"), "ana");
  };
  const database = () => screen.getByRole<HTMLInputElement>("combobox", { name: "Database" });

  it("is closed, with the reason, until its needs are given", async () => {
    const opened = await openForm();
    expect(database().disabled).toBe(true);
    expect(screen.getByText(/Give Server and Username first/).id).toBe(database().getAttribute("aria-describedby"));
    await needs(opened);
    expect(database().disabled).toBe(false);
  });

  it("loads when opened, pages, and is chosen by keys alone", async () => {
    const opened = await openForm((drafts) => {
      drafts.choices = (_, __, at) => (at === "2" ? page2 : page1);
    });
    await needs(opened);
    await opened.user.tab();
    database().focus();
    expect(opened.world.called("draft_choices")).toEqual([]);
    await opened.user.keyboard("{ArrowDown}");
    expect(await screen.findByRole("option", { name: /city/ })).toBeTruthy();
    await expectAccessible();
    await opened.user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
    await waitFor(() => expect(within(screen.getByRole("listbox", { name: "Database" })).getAllByRole("option").length).toBe(3));
    await waitFor(() =>
      expect(database().getAttribute("aria-activedescendant")).toBe(screen.getByRole("option", { name: "roads" }).id),
    );
    await opened.user.keyboard("{Enter}");
    expect(database().value).toBe("roads");
    expect(opened.world.called("draft_connect")).toEqual([]);
  });

  it("searches while typing and keeps what is typed by hand", async () => {
    const opened = await openForm((drafts) => {
      drafts.choices = (_, search) => ({ items: search ? [] : page1.items, next: null });
    });
    await needs(opened);
    await opened.user.type(database(), "elsewhere");
    expect((await screen.findAllByText(/Nothing found for “elsewhere”/)).length).toBeGreaterThan(0);
    await opened.user.tab();
    expect(database().value).toBe("elsewhere");
    await waitFor(() => expect(opened.drafts.drafts.get(1)?.values.database).toBe("elsewhere"));
  });

  it("says what failed and tries again", async () => {
    let times = 0;
    const opened = await openForm((drafts) => {
      drafts.choices = () => (times++ ? page2 : fail({ kind: "auth", what: "The password is wrong.", remedy: "Check it." }));
    });
    await needs(opened);
    await opened.user.click(database());
    expect(await screen.findByText(/The password is wrong/)).toBeTruthy();
    await opened.user.click(button("Try again"));
    expect(await screen.findByRole("option", { name: "roads" })).toBeTruthy();
  });

  it("takes the only one there is", async () => {
    const opened = await openForm((drafts) => {
      drafts.choices = () => page2;
    });
    await needs(opened);
    await opened.user.click(database());
    await waitFor(() => expect(database().value).toBe("roads"));
  });

  it("stops loading when nobody waits for it any more", async () => {
    const opened = await openForm((drafts) => {
      drafts.choices = () => new Promise(() => undefined);
    });
    await needs(opened);
    await opened.user.click(database());
    await waitFor(() => expect(opened.world.called("draft_choices").length).toBe(1));
    await opened.user.keyboard("{Escape}");
    expect(opened.world.called("run_cancel")).toEqual([{ run: opened.world.called("draft_choices")[0]?.run }]);
  });

  it("closes by Escape without going back a step", async () => {
    const opened = await openForm((drafts) => {
      drafts.choices = () => page1;
    });
    await needs(opened);
    await opened.user.click(database());
    await screen.findByRole("option", { name: /city/ });
    await opened.user.keyboard("{Escape}");
    expect(database().getAttribute("aria-expanded")).toBe("false");
    expect(screen.getByLabelText("Server")).toBeTruthy();
  });
});

describe("a file", () => {
  const advanced = async (opened: Awaited<ReturnType<typeof openForm>>) => opened.user.click(button("Advanced"));

  it("is chosen in the system's dialog, shown by name and summary, and removed", async () => {
    const opened = await openForm();
    await advanced(opened);
    await opened.user.click(button("Choose file for Root certificate"));
    expect(await screen.findByText("root.crt")).toBeTruthy();
    expect(screen.getByText(/CN=Example CA/)).toBeTruthy();
    await opened.user.click(button("Remove Root certificate"));
    expect(await screen.findByRole("button", { name: "Choose file for Root certificate" })).toBeTruthy();
  });

  it("lights its place up while it is dragged there, and is taken where it is dropped", async () => {
    const opened = await openForm();
    await advanced(opened);
    const zone = button("Choose file for Root certificate").closest<HTMLElement>(".zone");
    if (!zone) throw new Error("no zone");
    zone.getBoundingClientRect = () => new DOMRect(100, 100, 200, 50);
    opened.world.news?.onmessage({ news: "drag_hover", over: true, x: 10, y: 10 });
    expect(zone.classList.contains("lit")).toBe(false);
    opened.world.news?.onmessage({ news: "drag_hover", over: true, x: 150, y: 120 });
    await waitFor(() => expect(zone.classList.contains("lit")).toBe(true));
    opened.world.news?.onmessage({ news: "dropped", x: 10, y: 10, count: 1 });
    expect(opened.world.called("draft_file_drop")).toEqual([]);
    opened.world.news?.onmessage({ news: "dropped", x: 150, y: 120, count: 1 });
    await waitFor(() => expect(opened.world.called("draft_file_drop")).toEqual([{ id: 1, field: "root" }]));
    expect(await screen.findByText("root.crt")).toBeTruthy();
  });

  it("can be pasted as text, which does not stay", async () => {
    const opened = await openForm();
    await advanced(opened);
    await opened.user.click(button("Paste text of Root certificate"));
    paste(screen.getByRole("textbox", { name: "Text of Root certificate" }), "-----BEGIN CERTIFICATE-----c4nary");
    expect(await screen.findByText("root.crt")).toBeTruthy();
    expect(opened.world.called("draft_file_paste")[0]).toMatchObject({
      field: "root",
      text: "-----BEGIN CERTIFICATE-----c4nary",
    });
    expect(page()).not.toContain("c4nary");
  });

  it("that is refused says why in its place", async () => {
    const opened = await openForm();
    opened.world.handlers.draft_file_choose = () =>
      fail({ kind: "invalid", field: "root", what: "This is a private key.", remedy: "Choose the certificate." });
    await advanced(opened);
    await opened.user.click(button("Choose file for Root certificate"));
    const wrong = await screen.findByText("This is a private key. Choose the certificate.");
    expect(button("Choose file for Root certificate").getAttribute("aria-describedby")).toContain(wrong.closest("p")?.id);
  });
});

describe("a pasted connection", () => {
  const url = "postgresql://ana:c4nary@db.example.org:6432/city?application_name=x";
  const pastes = () => ({
    values: { server: "db.example.org", port: "6432", user: "ana" },
    secrets: ["password"],
    ignored: ["application_name"],
  });

  it("into any text fills the form and is shown for review", async () => {
    const { world } = await openForm((drafts) => {
      drafts.pastes = pastes;
    });
    paste(screen.getByLabelText("Server"), url);
    const review = await screen.findByText(/Filled from what you pasted/);
    expect(
      within(review)
        .getAllByRole("button")
        .map((b) => b.textContent),
    ).toEqual(["Server", "Port", "Username", "Password"]);
    expect(screen.getByText(/application_name/)).toBeTruthy();
    expect(screen.getByLabelText("Port")).toHaveProperty("value", "6432");
    expect(screen.getByText("Entered")).toBeTruthy();
    expect(world.called("draft_paste").length).toBe(1);
    expect(page()).not.toContain("c4nary");
    await expectAccessible();
  });

  it("is undone whole", async () => {
    const { user, drafts } = await openForm((d) => {
      d.pastes = pastes;
    });
    await user.type(screen.getByLabelText("Server"), "before");
    paste(document.body, url);
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(screen.getByLabelText("Server")).toHaveProperty("value", "before"));
    await waitFor(() => expect(screen.getByLabelText("Port")).toHaveProperty("value", "5432"));
    expect(drafts.drafts.get(1)?.secrets.password?.from).toBe("nowhere");
  });

  it("that is none lands where it was pasted", async () => {
    await openForm();
    paste(screen.getByLabelText("Server"), "https://db.example.org");
    await waitFor(() => expect(screen.getByLabelText("Server")).toHaveProperty("value", "https://db.example.org"));
  });

  it("into a secret is a secret", async () => {
    const { world } = await openForm();
    paste(password(), url);
    expect(world.called("draft_paste")).toEqual([]);
  });

  it("can be given in a box of its own, which is emptied", async () => {
    const { user } = await openForm((drafts) => {
      drafts.pastes = (text) => (text.startsWith("postgres") ? pastes() : null);
    });
    await user.click(button("Paste a connection URL"));
    const box = screen.getByRole("textbox", { name: "Connection URL or settings" });
    expect(document.activeElement).toBe(box);
    paste(box, "nonsense");
    expect(await screen.findByText(/no connection that can be recognised/)).toBeTruthy();
    paste(box, url);
    expect(await screen.findByText(/Filled from what you pasted/)).toBeTruthy();
    expect(page()).not.toContain("c4nary");
  });
});

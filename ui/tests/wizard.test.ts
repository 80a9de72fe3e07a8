import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { navigation } from "@/shared/navigation.svelte";
import { expectAccessible } from "./axe";
import { everything } from "./everything";
import { fillIn, openAt, openForm, type Opened } from "./forms";
import { connection, error, stage } from "./mock";
import { spec } from "./specs";

const ID = "11111111-1111-4111-8111-111111111111";
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const panel = () => screen.getByRole("region", { name: "Progress" });
const saved = (opened: Opened) => opened.world.connections.map((c) => c.name);

async function failing(view: Parameters<typeof error>[0]): Promise<Opened> {
  const opened = await openForm((drafts) => {
    drafts.script = {
      events: [stage("resolve", "started"), stage("resolve", "done", 4), stage("reach", "started"), stage("reach", "failed", 31)],
      outcome: { outcome: "failed", error: error(view) },
    };
  });
  await fillIn(opened);
  await opened.user.click(button("Connect"));
  await within(panel()).findByText(view.what ?? "");
  return opened;
}

describe("picking", () => {
  it("shows each warehouse with what it covers, and goes to its first page", async () => {
    const { user } = await openAt("#/new", undefined, [spec(), everything]);
    const card = await screen.findByRole("button", { name: /^PostgreSQL/ });
    expect(card.textContent).toContain("Amazon Aurora & RDS");
    expect(button(/^Everything/).textContent).toContain("BETA");
    await expectAccessible();
    await user.click(button(/^Everything/));
    expect(await screen.findByRole("heading", { name: "Connect to Everything" })).toBeTruthy();
  });

  it("is done by arrows and Enter alone", async () => {
    const { user } = await openAt("#/new", undefined, [spec(), everything]);
    (await screen.findByRole("button", { name: /^PostgreSQL/ })).focus();
    await user.keyboard("{ArrowRight}{Enter}");
    expect(await screen.findByRole("heading", { name: "Connect to Everything" })).toBeTruthy();
  });

  it("recognises the warehouse of a pasted connection and shows what was filled in", async () => {
    const { user } = await openAt(
      "#/new",
      (drafts) => {
        drafts.pastes = (text) =>
          text.startsWith("x:") ? { connector: "everything", values: { server: "db.example.org" } } : null;
      },
      [spec(), everything],
    );
    await user.click(await screen.findByRole("button", { name: "Paste a connection URL" }));
    await user.type(screen.getByRole("textbox", { name: "Connection URL or settings" }), "nothing");
    await user.click(button("Fill the form"));
    expect(await screen.findByText(/no connection that can be recognised/)).toBeTruthy();
    await user.type(screen.getByRole("textbox", { name: "Connection URL or settings" }), "x://db.example.org");
    await user.click(button("Fill the form"));
    expect(await screen.findByText(/Filled from what you pasted/)).toBeTruthy();
    expect(screen.getByLabelText("Server")).toHaveProperty("value", "db.example.org");
  });
});

describe("the first page", () => {
  it("says what is needed, what to grant, what it can cost, and where to read more", async () => {
    const { user, world } = await openAt("#/new/everything");
    expect(await screen.findByText("Server and port")).toBeTruthy();
    expect(screen.getByText(/GRANT USAGE/)).toBeTruthy();
    expect(screen.getByText(/may be charged/)).toBeTruthy();
    await user.click(screen.getByRole("link", { name: "About roles" }));
    expect(world.called("open_link")).toEqual([{ link: "everything.roles" }]);
    await expectAccessible();
  });

  it("has its notice confirmed once", async () => {
    const { user } = await openAt("#/new/everything");
    await user.click(await screen.findByRole("button", { name: "Setup connection" }));
    const dialog = await screen.findByRole("dialog", { name: "One more thing" });
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Got it!" }));
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { name: "New Everything connection" })).toBeTruthy();
    await user.click(button("Back"));
    await user.click(await screen.findByRole("button", { name: "Setup connection" }));
    expect(await screen.findByLabelText("Server")).toBeTruthy();
  });
});

describe("connecting", () => {
  it("shows the stages as they happen, with times and remarks", async () => {
    const opened = await openForm((drafts) => {
      drafts.script = {
        events: [
          stage("resolve", "started"),
          stage("resolve", "done", 4),
          stage("reach", "started"),
          stage("tls", "note", 0, "TLS 1.3"),
        ],
        outcome: null,
      };
    });
    expect(within(panel()).getByText("What happens when you connect")).toBeTruthy();
    await fillIn(opened);
    await opened.user.click(button("Connect"));
    expect(await within(panel()).findByText("Connecting…")).toBeTruthy();
    const lines = within(panel())
      .getAllByRole("listitem")
      .map((line) => line.textContent?.replaceAll(/\s+/g, " ").trim());
    expect(lines.slice(0, 3)).toEqual([
      "Find the server: done 4 ms",
      "Reach the port: under way",
      "Encrypt the connection: not started TLS 1.3",
    ]);
    await expectAccessible();
  });

  it("ends in the list, with the new connection and a word about it", async () => {
    const opened = await openForm();
    await fillIn(opened);
    await opened.user.click(button("Connect"));
    await waitFor(() => expect(navigation.route).toEqual({ at: "connections", highlight: opened.world.connections[0]?.id }));
    expect(saved(opened)).toEqual(["City"]);
    expect(await screen.findByText("City is connected")).toBeTruthy();
    await waitFor(() => expect(opened.drafts.drafts.size).toBe(0));
  });

  it("by Test says that it works and saves nothing", async () => {
    const opened = await openForm((drafts) => {
      drafts.script.outcome = {
        outcome: "worked",
        summary: "Everything 1.0",
        warnings: ["PostGIS is missing"],
        millis: 148,
        connection: null,
      };
    });
    await fillIn(opened);
    await opened.user.click(button("Test"));
    expect(await within(panel()).findByText("Everything 1.0")).toBeTruthy();
    expect(within(panel()).getByText("PostGIS is missing")).toBeTruthy();
    expect(within(panel()).getByText("Answered in 148 ms.")).toBeTruthy();
    expect(saved(opened)).toEqual([]);
    await expectAccessible();
  });

  it("is cancelled at once, and everything typed stays", async () => {
    const opened = await openForm((drafts) => {
      drafts.script = { events: [stage("resolve", "started")], outcome: null };
    });
    await fillIn(opened);
    await opened.user.click(button("Connect"));
    await opened.user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(within(panel()).getByText(/Nothing was saved/)).toBeTruthy();
    expect(opened.world.called("run_cancel")).toEqual([{ run: opened.world.called("draft_connect")[0]?.run }]);
    expect(document.activeElement).toBe(button("Connect"));
    expect(screen.getByLabelText("Server")).toHaveProperty("value", "db.example.org");
  });

  it("is cancelled by Escape before that goes back a step", async () => {
    const opened = await openForm((drafts) => {
      drafts.script = { events: [], outcome: null };
    });
    await fillIn(opened);
    await opened.user.click(button("Connect"));
    await screen.findByRole("button", { name: "Cancel" });
    await opened.user.keyboard("{Escape}");
    expect(await within(panel()).findByText(/Nothing was saved/)).toBeTruthy();
    expect(screen.getByLabelText("Server")).toBeTruthy();
    await opened.user.keyboard("{Escape}");
    expect(await screen.findByRole("heading", { name: "Connect to Everything" })).toBeTruthy();
  });

  it("says so when it was saved before Cancel arrived", async () => {
    const opened = await openForm((drafts) => {
      drafts.script = { events: [], outcome: null };
    });
    let answer: (outcome: unknown) => void = () => undefined;
    opened.world.handlers.draft_connect = () => new Promise((done) => (answer = done));
    await fillIn(opened);
    await opened.user.click(button("Connect"));
    await opened.user.click(await screen.findByRole("button", { name: "Cancel" }));
    answer({ outcome: "worked", summary: "", warnings: [], millis: 1, connection: connection({ id: ID, name: "City" }) });
    await waitFor(() => expect(navigation.route).toEqual({ at: "connections", highlight: ID }));
  });
});

describe("a failure", () => {
  it("says what, why and what to do; its words are said at the field, which has the focus", async () => {
    await failing({
      what: "The port refused.",
      why: "Nothing listens there.",
      remedy: "Check the port.",
      stage: "reach",
      field: "port",
    });
    expect(within(panel()).getByText("Nothing listens there.")).toBeTruthy();
    expect(within(panel()).getByText("Check the port.")).toBeTruthy();
    const port = screen.getByLabelText("Port");
    await waitFor(() => expect(document.activeElement).toBe(port));
    expect(document.getElementById(port.getAttribute("aria-describedby")?.split(" ")[0] ?? "")?.textContent).toContain(
      "The port refused.",
    );
    await expectAccessible();
  });

  it("opens a secret's field for another", async () => {
    await failing({ what: "The password is wrong.", field: "password" });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Password")));
    expect(screen.getByRole("button", { name: "Keep what was entered" })).toBeTruthy();
  });

  it("has buttons that do what helps: try again, set a field, copy", async () => {
    const opened = await failing({
      what: "Unknown authority.",
      retryable: true,
      actions: [
        { do: "set", field: "tls", value: "require", label: "Use “require”" },
        { do: "copy", label: "Copy the fingerprint", text: "AA:BB" },
      ],
    });
    const copy = vi.spyOn(navigator.clipboard, "writeText");
    await opened.user.click(button(/Copy the fingerprint/));
    expect(copy).toHaveBeenCalledWith("AA:BB");
    await opened.user.click(button("Use “require”"));
    const mode = await screen.findByRole("combobox", { name: "SSL mode" });
    await waitFor(() => expect(document.activeElement).toBe(mode));
    expect(mode).toHaveProperty("value", "require");
    await opened.user.click(button("Try again"));
    await waitFor(() => expect(opened.world.called("draft_connect").length).toBe(2));
  });

  it("keeps the vendor's words behind Details", async () => {
    const { user } = await failing({ what: "Refused.", vendor: { code: "28P01", message: "password authentication failed" } });
    await user.click(within(panel()).getByText("Details"));
    expect(within(panel()).getByText(/28P01/).textContent).toContain("password authentication failed");
  });

  it("of the vault offers to keep the secret for this session, or Settings, and loses nothing there", async () => {
    const opened = await failing({ code: "vault.locked", kind: "vault", what: "The vault is locked." });
    await opened.user.click(within(panel()).getByRole("button", { name: "Open Settings" }));
    expect(navigation.route).toEqual({ at: "settings", section: "vault" });
    await opened.user.click(await screen.findByRole("button", { name: "Back to the form" }));
    expect(await screen.findByLabelText("Server")).toHaveProperty("value", "db.example.org");
    await opened.user.click(within(panel()).getByRole("button", { name: "Keep it for this session only" }));
    await waitFor(() => expect(opened.world.called("draft_connect").at(-1)?.keep).toBe("this_session"));
  });

  it("of the command itself is shown as well, and nothing is lost", async () => {
    const opened = await openForm();
    opened.world.handlers.draft_connect = () => {
      throw error({ kind: "store", what: "The disk is full." });
    };
    await fillIn(opened);
    await opened.user.click(button("Connect"));
    expect(await within(panel()).findByText("The disk is full.")).toBeTruthy();
    expect(screen.getByLabelText("Server")).toHaveProperty("value", "db.example.org");
  });
});

describe("leaving", () => {
  const back = async ({ user }: Opened, times: number) => {
    for (let turn = 0; turn < times; turn++) {
      const title = screen.getByRole("heading", { level: 1 });
      await user.click(title);
      await user.keyboard("{Escape}");
      await waitFor(() => expect(title.isConnected && !screen.queryByRole("alertdialog")).toBe(false));
    }
  };

  it("goes one step a time by Escape, and asks nothing when nothing was typed", async () => {
    const opened = await openForm();
    await back(opened, 1);
    expect(await screen.findByRole("heading", { name: "Connect to Everything" })).toBeTruthy();
    await back(opened, 1);
    expect(await screen.findByRole("heading", { name: "New connection" })).toBeTruthy();
    await back(opened, 1);
    await waitFor(() => expect(navigation.route.at).toBe("connections"));
    expect(opened.drafts.drafts.size).toBe(0);
  });

  it("asks when something would be lost; staying is what has the focus", async () => {
    const opened = await openForm();
    await opened.user.type(screen.getByLabelText("Server"), "db");
    await back(opened, 3);
    const dialog = await screen.findByRole("alertdialog", { name: "Leave without saving?" });
    expect(document.activeElement).toBe(within(dialog).getByRole("button", { name: "Keep editing" }));
    await expectAccessible();
    await opened.user.keyboard("{Enter}");
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(navigation.route.at).toBe("new");
    await back(opened, 1);
    await opened.user.click(await screen.findByRole("button", { name: "Discard" }));
    await waitFor(() => expect(navigation.route.at).toBe("connections"));
    expect(opened.drafts.drafts.size).toBe(0);
  });

  it("asks too when the way out is the rail", async () => {
    const opened = await openForm();
    await opened.user.type(screen.getByLabelText("Server"), "db");
    await opened.user.click(button("Settings"));
    await opened.user.click(await screen.findByRole("button", { name: "Keep editing" }));
    expect(screen.getByLabelText("Server")).toHaveProperty("value", "db");
  });
});

describe("editing and copying", () => {
  const city = (_: unknown, world: Opened["world"]) => {
    world.connections = [
      connection({ id: ID, connector: "everything", name: "City", environment: "production", labels: ["maps"] }),
    ];
  };

  it("saves what was changed, after it was tried", async () => {
    const opened = await openAt(`#/edit/${ID}`, city);
    expect(await screen.findByRole("heading", { name: "Edit City" })).toBeTruthy();
    expect(screen.getByRole("radio", { name: "Production" })).toHaveProperty("checked", true);
    await opened.user.clear(screen.getByLabelText("Name"));
    await opened.user.type(screen.getByLabelText("Name"), "Town");
    await opened.user.type(screen.getByLabelText("Username"), "ana");
    await opened.user.type(screen.getByRole("combobox", { name: "Database" }), "city");
    await opened.user.keyboard("{Escape}");
    await opened.user.click(button("Save"));
    expect(await screen.findByText("Town is saved")).toBeTruthy();
    expect(opened.world.connections.map((c) => [c.id, c.name])).toEqual([[ID, "Town"]]);
    expect(opened.world.called("draft_secret")).toEqual([]);
  });

  it("goes straight back to the list", async () => {
    const { user } = await openAt(`#/edit/${ID}`, city);
    await screen.findByRole("heading", { name: "Edit City" });
    await user.click(button("Back"));
    await waitFor(() => expect(navigation.route.at).toBe("connections"));
  });

  it("a copy asks for its secrets again", async () => {
    await openAt(`#/duplicate/${ID}`, city);
    expect(await screen.findByRole("heading", { name: "Duplicate connection" })).toBeTruthy();
    expect(await screen.findByLabelText("Name")).toHaveProperty("value", "City copy");
    expect(screen.getByLabelText("Password")).toHaveProperty("value", "");
    expect(button("Connect")).toBeTruthy();
  });

  it("of a connection that is gone says so", async () => {
    await openAt(`#/edit/${ID}`);
    expect(await screen.findByText(/does not exist any more/)).toBeTruthy();
    expect(button("Try again")).toBeTruthy();
    await expectAccessible();
  });

  it("sets environment and labels with the form", async () => {
    const opened = await openForm();
    await opened.user.click(screen.getByRole("radio", { name: "Staging" }));
    await opened.user.type(screen.getByLabelText("Labels"), "maps,");
    await waitFor(() => expect(opened.drafts.drafts.get(1)).toMatchObject({ environment: "staging", labels: ["maps"] }));
  });
});

describe("keys alone", () => {
  it("lead from the picker to a saved connection", async () => {
    const opened = await openAt("#/new", undefined, [everything]);
    const { user } = opened;
    (await screen.findByRole("button", { name: /^Everything/ })).focus();
    await user.keyboard("{Enter}");
    (await screen.findByRole("button", { name: "Setup connection" })).focus();
    await user.keyboard("{Enter}");
    await screen.findByRole("dialog");
    await user.keyboard("{Enter}");
    (await screen.findByLabelText("Name")).focus();
    await user.keyboard("City{Tab}{Tab}db.example.org{Tab}{Tab}{Tab}ana{Tab}");
    // Where the secret is kept, then the secret.
    await user.keyboard("{Tab}s3cret{Tab}{Tab}");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("combobox", { name: "Database" })));
    await user.keyboard("city{Enter}");
    await waitFor(() => expect(saved(opened)).toEqual(["City"]));
  });
});

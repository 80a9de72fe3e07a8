import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { navigation } from "@/shared/navigation.svelte";
import { open } from "./app";
import { expectAccessible } from "./axe";
import { teach } from "./drafts";
import { explore } from "./explorer";
import { connection, error, stage, worked, type World } from "./mock";

const named = (...names: string[]) =>
  ((world: World) => (world.connections = names.map((name) => connection({ name })))) as (world: World) => void;
const many = (count: number) => (world: World) => {
  world.connections = Array.from({ length: count }, (_, at) => connection({ id: `id-${at + 1}`, name: `Server ${at + 1}` }));
};
const choose = async (user: Awaited<ReturnType<typeof open>>["user"], name: string, item: string) => {
  await user.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
  // jsdom lays nothing out, so the menu counts as hidden there.
  await user.click(await screen.findByText(item, { selector: "[role=menuitem] *" }));
};

describe("the empty list", () => {
  it("says what to do first, offers each warehouse, and promises that nothing is copied", async () => {
    const { user } = await open();
    expect(screen.getByRole("heading", { name: "Connect your first data warehouse" })).toBeTruthy();
    expect(screen.getByText(/No copy of your data is made/)).toBeTruthy();
    expect(screen.queryByRole("search")).toBeNull();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "PostgreSQL" }));
    expect(location.hash).toBe("#/new/postgres");
  });

  it("leads to the first of the sample layers", async () => {
    const { user } = await open((world) => {
      explore(world);
      world.connections = [];
    });
    await user.click(screen.getByRole("button", { name: "Explore the sample data" }));
    expect(await screen.findByRole("heading", { name: "countries" })).toBeTruthy();
    expect(location.hash).toContain("Sample%20data/countries");
  });
});

describe("the list", () => {
  it("shows name, host, state with its age, environment and labels", async () => {
    await open((world) => {
      const last_test = { state: "failed" as const, at: Date.now() - 3 * 3600_000, summary: "No answer" };
      world.connections = [connection({ name: "Port", host: "10.0.0.1", environment: "production", labels: ["geo"], last_test })];
    });
    const item = within(screen.getByRole("listitem"));
    for (const words of ["Port", "10.0.0.1", "Failed · 3 h ago", "Production", "geo"]) expect(item.getByText(words)).toBeTruthy();
    await expectAccessible();
  });

  it("is searched in Rust, and a late answer to an older search is dropped", async () => {
    const { world, user } = await open(named("Alpha", "Beta"));
    const usual = world.connections;
    let release: () => void = () => undefined;
    const held = new Promise<void>((go) => (release = go));
    // By then the answer has gone to whoever asked.
    const late = held.then(() => new Promise((go) => setTimeout(go)));
    world.handlers.connections_list = async ({ request }) => {
      const { search } = request as { search: string };
      if (search === "a") await held;
      const items = search === "alp" ? usual.slice(0, 1) : usual;
      return { items, total: items.length, all: 2 };
    };
    await user.type(screen.getByRole("textbox", { name: "Search name, host or label" }), "a");
    await waitFor(() => expect(world.called("connections_list").at(-1)).toMatchObject({ request: { search: "a" } }));
    await user.keyboard("lp");
    await waitFor(() => expect(screen.queryByText("Beta")).toBeNull());
    release();
    await late;
    expect(screen.queryByText("Beta")).toBeNull();
    expect(screen.getByText("1 of 2")).toBeTruthy();
  });

  it("says so when nothing matches, and shows all again", async () => {
    const { user } = await open(named("Alpha"));
    await user.keyboard("/");
    await user.keyboard("zzz");
    await user.click(await screen.findByRole("button", { name: "Show all connections" }));
    expect(await screen.findByText("Alpha")).toBeTruthy();
  });

  it("is filtered by warehouse and put in order", async () => {
    const { world, user } = await open((w) => {
      w.connections = [connection({ name: "A" }), connection({ name: "B", connector: "snowflake" })];
    });
    await user.selectOptions(screen.getByRole("combobox", { name: "Warehouse" }), "snowflake");
    await waitFor(() => expect(screen.queryByText("A")).toBeNull());
    await user.selectOptions(screen.getByRole("combobox", { name: "Order" }), "Last tested");
    await waitFor(() =>
      expect(world.called("connections_list").at(-1)).toMatchObject({
        request: { connector: "snowflake", sort: "last_test", descending: true, offset: 0 },
      }),
    );
  });

  it("shows an error with a way to try again", async () => {
    let broken = true;
    const { user } = await open((world) => {
      world.handlers.connections_list = () => {
        if (broken) throw error({ what: "The list could not be read." });
        return { items: [connection({ name: "Back" })], total: 1, all: 1 };
      };
    });
    expect((await screen.findByRole("alert")).textContent).toContain("The list could not be read.");
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Back")).toBeTruthy();
  });

  it("moves with the arrows and opens with Enter", async () => {
    const { user } = await open(named("Alpha", "Beta", "Gamma"));
    screen.getByRole("button", { name: "Alpha" }).focus();
    await user.keyboard("{ArrowRight}{End}{ArrowLeft}");
    expect(document.activeElement?.textContent).toBe("Beta");
    await user.keyboard("{Enter}");
    expect(location.hash).toMatch(/^#\/explorer\//);
  });
});

describe("entries that are damaged", () => {
  it("are told, and deleted only after a question, since that cannot be undone", async () => {
    let gone = false;
    const { world, user } = await open((w) => {
      w.handlers.connections_list = () => ({
        items: [connection({ name: "Whole" })],
        total: 1,
        all: 1,
        unreadable: gone ? [] : ["broken-1", "broken-2"],
      });
      w.handlers.connection_delete = () => {
        gone = true;
        return { id: "", undo_seconds: 10 };
      };
    });
    expect(await screen.findByText("Connections that cannot be read: 2")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Delete what cannot be read…" }));
    const dialog = await screen.findByRole("alertdialog", { name: "Delete what cannot be read?" });
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Keep them"));
    await expectAccessible(dialog);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(world.called("connection_delete")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Delete what cannot be read…" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(screen.queryByText(/cannot be read: 2/)).toBeNull());
    expect(world.called("connection_delete").map((call) => call.id)).toEqual(["broken-1", "broken-2"]);
    expect(screen.getByText("Whole")).toBeTruthy();
  });
});

describe("after a look elsewhere", () => {
  it("the search is as it was, and the focus is where it was", async () => {
    const { user } = await open(named("Alpha", "Beta", "Alphabet"));
    await user.keyboard("/alpha");
    await waitFor(() => expect(screen.queryByText("Beta")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Alphabet" }));
    navigation.go({ at: "connections" });
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Alphabet"));
    expect((screen.getByRole("textbox") as HTMLInputElement).value).toBe("alpha");
    expect(screen.queryByText("Beta")).toBeNull();
  });

  it("a new connection is shown even when the search would hide it", async () => {
    const { world, user } = await open(named("Alpha", "Beta"));
    await user.keyboard("/beta");
    await waitFor(() => expect(screen.queryByText("Alpha")).toBeNull());
    navigation.go({ at: "settings" });
    await screen.findByRole("heading", { name: "Settings" });
    world.connections.push(connection({ id: "fresh", name: "Gamma" }));
    navigation.go({ at: "connections", highlight: "fresh" });
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Gamma"));
  });
});

describe("ten thousand connections", () => {
  it("draw only what is seen, and fetch only its pages", async () => {
    const { world, user } = await open(many(10_000));
    expect(screen.getAllByRole("listitem").length).toBeLessThan(60);
    expect(screen.getByText("10,000")).toBeTruthy();
    expect(screen.getAllByRole("listitem")[0]?.getAttribute("aria-setsize")).toBe("10000");
    screen.getByRole("button", { name: "Server 1" }).focus();
    await user.keyboard("{End}");
    expect(await screen.findByText("Server 10000")).toBeTruthy();
    const asked = world.called("connections_list").map(({ request }) => (request as { offset: number }).offset);
    expect(asked.length).toBeLessThan(6);
    expect(asked.at(-1)).toBe(9900);
    expect(screen.getAllByRole("listitem").length).toBeLessThan(60);
    await expectAccessible();
  });

  it("show a new connection where it belongs, with the focus on it", async () => {
    await open(many(10_000));
    navigation.go({ at: "settings" });
    await screen.findByRole("heading", { name: "Settings" });
    navigation.go({ at: "connections", highlight: "id-7777" });
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Server 7777"));
  });
});

describe("deleting", () => {
  it("says what depends on it, gives the safe button the focus, and can be undone", async () => {
    const { world, user } = await open((w) => {
      named("Alpha", "Beta")(w);
      w.dependents = ["Map “Bus stops”"];
    });
    await choose(user, "Beta", "Delete…");
    const dialog = await screen.findByRole("alertdialog", { name: "Delete Beta?" });
    expect(await within(dialog).findByText("Map “Bus stops”")).toBeTruthy();
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Keep it"));
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Beta" })).toBeNull());
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Alpha"));
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Beta"));
    expect(world.called("connection_restore")).toHaveLength(1);
  });

  it("is undone by key too", async () => {
    const { world, user } = await open(named("Alpha"));
    await choose(user, "Alpha", "Delete…");
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Delete" }));
    await screen.findByRole("heading", { name: "Connect your first data warehouse" });
    await user.keyboard("{Control>}z{/Control}");
    expect(await screen.findByRole("button", { name: "Alpha" })).toBeTruthy();
    expect(world.called("connection_restore")).toHaveLength(1);
  });

  it("keeps it on Esc, and the focus comes back", async () => {
    const { world, user } = await open(named("Alpha"));
    await choose(user, "Alpha", "Delete…");
    await screen.findByRole("alertdialog");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(world.called("connection_delete")).toHaveLength(0);
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("Actions for Alpha"));
  });
});

describe("testing a saved connection", () => {
  it("shows the stages with their times and refreshes the state", async () => {
    const { user } = await open((world) => {
      named("Alpha")(world);
      world.script = { ...worked() };
    });
    await choose(user, "Alpha", "Test");
    const panel = within(await screen.findByRole("region", { name: "Test of Alpha" }));
    expect(await panel.findByText(/It works. Answered in 134 ms./)).toBeTruthy();
    expect(panel.getByText("PostgreSQL 15.18, PostGIS 3.3.2")).toBeTruthy();
    expect(panel.getByText("24 ms")).toBeTruthy();
    expect(await screen.findByText("Works · just now")).toBeTruthy();
    await expectAccessible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("region", { name: "Test of Alpha" })).toBeNull());
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Alpha"));
  });

  it("is cancelled at once, whether Rust has answered or not", async () => {
    const { world, user } = await open((w) => {
      named("Alpha")(w);
      w.script = { events: [stage("resolve", "done", 2), stage("reach", "started")], outcome: null };
    });
    await choose(user, "Alpha", "Test");
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(screen.getByText("Cancelled.")).toBeTruthy();
    expect(world.called("run_cancel")).toHaveLength(1);
    expect(world.called("run_cancel")[0]?.run).toBe(world.called("connection_test")[0]?.run);
  });

  it("tells a failure, and takes the person to the field", async () => {
    const failure = error({
      what: "The host was not found.",
      why: "No such name.",
      remedy: "Check the spelling.",
      stage: "resolve",
      actions: [{ do: "set", field: "ssl_mode", value: "require", label: "Use require" }],
      retryable: true,
    });
    const { user } = await open((world) => {
      named("Alpha")(world);
      teach(world);
      world.script = {
        events: [{ stage: "resolve", state: "failed", millis: 4, note: null, error: failure }],
        outcome: { outcome: "failed", error: failure },
      };
    });
    await choose(user, "Alpha", "Test");
    expect((await screen.findByRole("alert")).textContent).toContain("The host was not found.");
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Use require" }));
    const field = (await screen.findByLabelText("SSL mode")) as HTMLSelectElement;
    await waitFor(() => expect(document.activeElement === field).toBe(true));
    expect(field.value).toBe("require");
  });
});

describe("environment and labels", () => {
  it("are edited in a dialog and shown at once", async () => {
    const { world, user } = await open(named("Alpha"));
    await choose(user, "Alpha", "Environment and labels…");
    const dialog = await screen.findByRole("dialog", { name: "Organise Alpha" });
    await user.click(within(dialog).getByRole("radio", { name: "Production" }));
    await user.type(within(dialog).getByRole("textbox", { name: "Labels" }), "maps, night,");
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(await screen.findByText("night")).toBeTruthy();
    expect(world.called("connection_organise")[0]).toMatchObject({ environment: "production", labels: ["maps", "night"] });
  });
});

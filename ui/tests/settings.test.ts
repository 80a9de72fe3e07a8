import { screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { bits, strength } from "@/features/settings/strength";
import { proxyProblem } from "@/features/settings/proxy";
import { open } from "./app";
import { expectAccessible } from "./axe";
import { error, type World } from "./mock";

const at = (section: string) => `#/settings/${section}`;
const locked = (world: World) => {
  const because = error({
    kind: "vault",
    what: "The vault is locked, so the secret was neither saved nor read.",
    why: "The keychain did not answer.",
    remedy: "Unlock the keyring.",
  });
  world.vault = { standing: "locked", recovery: true, sealed: 2, because };
};

beforeEach(() => {
  delete document.documentElement.dataset.theme;
});

describe("settings", () => {
  it("are one accessible page", async () => {
    await open(undefined, at("appearance"));
    await screen.findByText("svelte");
    await expectAccessible();
  });

  it("change the theme at once", async () => {
    const { world, user } = await open(undefined, at("appearance"));
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe("dark"));
    expect(world.called("settings_set")[0]).toMatchObject({ settings: { theme: "dark", proxy: { mode: "system" } } });
  });

  it("keep a manual proxy only when it is right", async () => {
    const { world, user } = await open(undefined, at("network"));
    await user.click(screen.getByRole("radio", { name: "Manual" }));
    const box = screen.getByRole("textbox", { name: "Proxy address" });
    await user.type(box, "proxy.example.org{Enter}");
    expect(box.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(box);
    expect(world.called("settings_set")).toHaveLength(0);
    await user.clear(box);
    await user.type(box, "socks5://proxy.example.org:1080{Enter}");
    await waitFor(() => expect(world.called("settings_set")).toHaveLength(1));
    expect(world.called("settings_set")[0]).toMatchObject({
      settings: { proxy: { mode: "manual", url: "socks5://proxy.example.org:1080" } },
    });
  });

  it("show Rust's own objection to a proxy beside the field", async () => {
    const { user, world } = await open(undefined, at("network"));
    world.handlers.settings_set = () => {
      throw error({ kind: "invalid", what: "This host cannot be a proxy." });
    };
    await user.click(screen.getByRole("radio", { name: "Manual" }));
    await user.type(screen.getByRole("textbox", { name: "Proxy address" }), "http://h:1{Enter}");
    expect(await screen.findByText("This host cannot be a proxy.")).toBeTruthy();
  });

  it("take and drop an extra certificate file, which Rust chose", async () => {
    const { user } = await open(undefined, at("network"));
    await user.click(screen.getByRole("button", { name: "Choose a file…" }));
    const file = await screen.findByText("company-ca.pem");
    const part = within(file.closest(".ca") as HTMLElement);
    await user.click(part.getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(screen.queryByText("company-ca.pem")).toBeNull());
  });

  it("copy the report and search the licences", async () => {
    const { user } = await open(undefined, at("data"));
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await user.click(screen.getByRole("button", { name: "Copy report" }));
    expect(write).toHaveBeenCalledWith("Landbridge 0.1.0\n");
    await user.type(screen.getByRole("textbox", { name: "Licences" }), "isc");
    expect(screen.getByText("ring")).toBeTruthy();
    expect(screen.queryByText("tokio")).toBeNull();
    expect(screen.getByText("1 components")).toBeTruthy();
  });
});

describe("the vault", () => {
  it("locked: says so everywhere, why, and opens with the recovery passphrase, which is not kept", async () => {
    const { world, user } = await open(locked, at("vault"));
    expect(screen.getByText(/The keychain did not answer./)).toBeTruthy();
    expect(screen.getByRole("complementary", { name: "Vault" })).toBeTruthy();
    await expectAccessible();
    const box = screen.getByLabelText("Recovery passphrase") as HTMLInputElement;
    world.handlers.vault_unlock = () => {
      throw error({ kind: "vault", what: "The passphrase is not right." });
    };
    await user.type(box, "a wrong passphrase{Enter}");
    expect(await screen.findByText("The passphrase is not right.")).toBeTruthy();
    expect(box.value).toBe("");
    delete world.handlers.vault_unlock;
    await user.type(box, "orchard violin marble{Enter}");
    await waitFor(() => expect(screen.queryByRole("complementary", { name: "Vault" })).toBeNull());
    expect(world.called("vault_unlock").at(-1)).toEqual({ passphrase: "orchard violin marble" });
  });

  it("locked: the list is there, with a banner", async () => {
    const { user } = await open(locked);
    await user.click(screen.getByRole("button", { name: "Open vault settings" }));
    expect(location.hash).toBe("#/settings/vault");
  });

  it("sets a recovery passphrase, typed twice, with a hint about its strength", async () => {
    const { world, user } = await open(undefined, at("vault"));
    await user.click(screen.getByRole("button", { name: "Set passphrase" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Set a recovery passphrase" }));
    const first = dialog.getByLabelText("Recovery passphrase");
    await user.type(first, "short");
    expect(dialog.getByText("Weak")).toBeTruthy();
    await user.click(dialog.getByRole("button", { name: "Set passphrase" }));
    expect(dialog.getByText("Use at least 12 characters.")).toBeTruthy();
    expect(document.activeElement).toBe(first);
    await user.type(first, " orchard violin marble saddle");
    expect(dialog.getByText("Strong")).toBeTruthy();
    await user.type(dialog.getByLabelText("The same again"), "another{Enter}");
    expect(dialog.getByText("The two are not the same.")).toBeTruthy();
    await expectAccessible(screen.getByRole("dialog"));
    expect(world.called("vault_set_recovery")).toEqual([]);
    await user.clear(dialog.getByLabelText("The same again"));
    await user.type(dialog.getByLabelText("The same again"), "short orchard violin marble saddle");
    await user.click(dialog.getByRole("button", { name: "Set passphrase" }));
    expect(await screen.findByRole("button", { name: "Replace passphrase" })).toBeTruthy();
    expect(world.called("vault_set_recovery")).toEqual([{ passphrase: "short orchard violin marble saddle" }]);
  });

  it("asks for the recovery passphrase before a new key is made, when one is set", async () => {
    const { world, user } = await open((w) => (w.vault = { ...w.vault, recovery: true }), at("vault"));
    await user.click(screen.getByRole("button", { name: "Make a new key" }));
    const dialog = within(await screen.findByRole("alertdialog", { name: "Make a new key?" }));
    await user.click(dialog.getByRole("button", { name: "Make a new key" }));
    expect(world.called("vault_rekey")).toHaveLength(0);
    await user.type(dialog.getByLabelText("Recovery passphrase"), "orchard violin marble{Enter}");
    await waitFor(() => expect(world.called("vault_rekey")).toEqual([{ passphrase: "orchard violin marble" }]));
  });
});

describe("the strength hint", () => {
  it.each([
    ["", "none"],
    ["password1234", "weak"],
    ["aaaaaaaaaaaaaaaa", "weak"],
    ["same same same same", "weak"],
    ["orchard violin marble", "fair"],
    ["orchard violin marble saddle", "fair"],
    ["orchard violin marble saddle comet", "strong"],
    ["kT9#vQ2!mZ7&pL4x", "strong"],
  ])("%s is %s", (text, level) => expect(strength(text)).toBe(level));

  it("never falls when a new word is added", () => {
    expect(bits("orchard violin marble saddle")).toBeGreaterThan(bits("orchard violin marble"));
  });
});

describe("a proxy's address", () => {
  it.each(["http://proxy:3128", "https://proxy.example.org:443/", "socks5://[::1]:1080", "HTTP://10.0.0.1:8080"])(
    "%s is right",
    (url) => expect(proxyProblem(url)).toBeUndefined(),
  );
  it.each([
    "",
    "proxy:3128",
    "ftp://p:1",
    "http://proxy",
    "http://p:0",
    "http://p:65536",
    "http://user:pw@p:1",
    "http://p:1/path",
    "javascript:alert(1)",
  ])("%s is not", (url) => expect(proxyProblem(url)).toBeTruthy());
});

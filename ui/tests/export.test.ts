import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import ExportDialog from "@/features/explorer/export/ExportDialog.svelte";
import type { Choice } from "@/features/explorer/export/choices";
import { tableSource } from "@/features/explorer/grid/filters";
import { expectAccessible } from "./axe";
import { columns, condition, rowHandlers, RowWorld } from "./explorer-rows";
import { error, install, type Handler } from "./mock";

const all: Choice = { id: "all", label: "All rows", source: tableSource(["a"]), total: { rows: 4_215_000, exact: false } };
const shown: Choice = {
  id: "shown",
  label: "What is shown",
  source: tableSource(["a"], [condition("name", "contains", "on")]),
  total: null,
};

async function open({
  of = columns,
  choices = [shown, all],
  rows = new RowWorld(),
  handlers = {} as Record<string, Handler>,
} = {}) {
  const world = install((w) => (w.handlers = { ...rowHandlers(rows), ...handlers }));
  const user = userEvent.setup();
  const onclose = vi.fn();
  render(ExportDialog, { connection: "c1", choices, columns: of, onclose });
  const dialog = within(await screen.findByRole("dialog", { name: "Export" }));
  return { world, user, rows, onclose, dialog };
}

describe("exporting", () => {
  it("recommends GeoParquet where there is geometry, and writes what was chosen", async () => {
    const { world, user, dialog } = await open();
    expect(dialog.getByRole<HTMLInputElement>("radio", { name: /GeoParquet\s*Recommended/ }).checked).toBe(true);
    await expectAccessible();
    await user.click(dialog.getByRole("radio", { name: /^GeoJSON\s+One/ }));
    await user.selectOptions(dialog.getByRole("combobox", { name: "Decimals of coordinates" }), "5 decimals");
    await user.click(dialog.getByRole("radio", { name: /All rows/ }));
    await user.click(dialog.getByRole("button", { name: "Choose a file…" }));
    const request = { connection: "c1", source: all.source, format: "geo_json", decimals: 5, target: 7 };
    await waitFor(() => expect(world.called("export_run")).toMatchObject([{ request }]));
  });

  it("recommends CSV where there is none, and says what GeoJSON would hold", async () => {
    const { dialog } = await open({ of: columns.slice(0, 3) });
    expect(dialog.getByRole<HTMLInputElement>("radio", { name: /CSV\s*Recommended/ }).checked).toBe(true);
    expect(dialog.getAllByText(/each feature would have null in its place/)).toHaveLength(2);
    expect(dialog.queryByRole("combobox", { name: "Decimals of coordinates" })).toBeNull();
  });

  it("does nothing when no file is chosen", async () => {
    const { world, user, dialog } = await open({ handlers: { export_choose: () => null } });
    await user.click(dialog.getByRole("button", { name: "Choose a file…" }));
    await waitFor(() => expect(world.called("export_choose")).toHaveLength(1));
    expect(world.called("export_run")).toEqual([]);
    expect(dialog.getByRole("button", { name: "Choose a file…" })).toBeTruthy();
  });

  it("tells what was written, and shows its folder", async () => {
    const { world, user, dialog, onclose } = await open();
    await user.click(dialog.getByRole("button", { name: "Choose a file…" }));
    expect(await dialog.findByText("cities.parquet")).toBeTruthy();
    expect(dialog.getByText("4,800 rows · 1.3 MB · 820 ms")).toBeTruthy();
    expect(dialog.getByText(/EPSG:4326/)).toBeTruthy();
    await expectAccessible();
    await user.click(dialog.getByRole("button", { name: "Show in folder" }));
    expect(world.called("export_show")).toEqual([{ target: 7 }]);
    await user.click(dialog.getAllByRole("button", { name: "Close" }).at(-1)!);
    expect(onclose).toHaveBeenCalled();
  });

  it("shows how far it is, and asks before Escape stops it", async () => {
    const rows = new RowWorld();
    rows.exported = null;
    const { world, user, dialog, onclose } = await open({ rows });
    await user.click(dialog.getByRole("button", { name: "Choose a file…" }));
    expect(await dialog.findByText("1,200 of 4,800 rows")).toBeTruthy();
    expect(dialog.getByRole<HTMLProgressElement>("progressbar").value).toBe(1200);
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Cancel"));
    await user.keyboard("{Escape}");
    expect(await dialog.findByText("Stop the export?")).toBeTruthy();
    expect(onclose).not.toHaveBeenCalled();
    await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Go on"));
    await user.click(dialog.getByRole("button", { name: "Stop and discard" }));
    expect(world.called("run_cancel")).toEqual([{ run: world.called("export_run")[0]?.run }]);
    expect(await dialog.findByRole("button", { name: "Choose a file…" })).toBeTruthy();
  });

  it("counts on past an estimate that was too low", async () => {
    const rows = new RowWorld();
    rows.exported = null;
    rows.progress = [{ rows: 5000, total: { rows: 4800, exact: false }, bytes: 10 }];
    const { user, dialog } = await open({ rows });
    await user.click(dialog.getByRole("button", { name: "Choose a file…" }));
    expect(await dialog.findByText("5,000 rows")).toBeTruthy();
    expect(dialog.getByRole("progressbar").hasAttribute("value")).toBe(false);
  });

  it("that fails says why, and tries again into the same file", async () => {
    let full = true;
    const usual = rowHandlers();
    const export_run: Handler = (args, world) =>
      full ? Promise.reject(error({ what: "The file could not be written." })) : usual.export_run?.(args, world);
    const { world, user, dialog } = await open({ handlers: { export_run } });
    await user.click(dialog.getByRole("button", { name: "Choose a file…" }));
    expect((await dialog.findByRole("alert")).textContent).toContain("The file could not be written.");
    full = false;
    await user.click(dialog.getByRole("button", { name: "Try again" }));
    expect(await dialog.findByText("cities.parquet")).toBeTruthy();
    expect(world.called("export_choose")).toHaveLength(1);
  });
});

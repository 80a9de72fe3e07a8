import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { ConnectorSpec } from "@/ipc";
import { expectAccessible } from "./axe";
import { freshDraft, isSecret } from "./drafts";
import { openForm, type Opened } from "./forms";
import { specs } from "./specs";

/** All fields on the screen have their label's exact words, and a control of that name. */
function expectDrawn(spec: ConnectorSpec, shown: string[]): void {
  for (const field of spec.fields.filter((f) => shown.includes(f.id))) {
    const row = document.querySelector(`[data-field="${field.id}"]`);
    expect(row, field.id).not.toBeNull();
    const words = [...(row?.querySelectorAll(".label, .switch span") ?? [])].map((label) => label.textContent);
    expect(words, field.id).toContain(field.label);
    const control = row?.querySelector("input, textarea, select, [role=radiogroup], button");
    expect(control, field.id).not.toBeNull();
    if (field.help) expect(row?.textContent).toContain(field.help);
    if (field.default !== null && field.kind.kind === "text") expect(control).toHaveProperty("value", field.default);
    if (isSecret(field)) expect(row?.querySelector<HTMLInputElement>("input")?.value ?? "").toBe("");
  }
}

async function advanced({ user }: Opened): Promise<void> {
  const button = screen.queryByRole("button", { name: /^Advanced/ });
  if (button?.getAttribute("aria-expanded") === "false") await user.click(button);
}

describe.each(specs.map((spec) => [spec.id, spec] as const))("the form of %s", (_, spec) => {
  it("is drawn whole for its first way to sign in, and is accessible", async () => {
    const opened = await openForm(undefined, spec);
    await advanced(opened);
    const draft = freshDraft(spec);
    expectDrawn(spec, draft.visible);
    expect(document.querySelectorAll("[data-field]").length).toBe(draft.visible.length + (spec.sign_in.length > 1 ? 1 : 0));
    await expectAccessible();
  });

  it.each(spec.sign_in.slice(1).map((way) => [way.label, way] as const))("is drawn whole for “%s”", async (label, way) => {
    const opened = await openForm(undefined, spec);
    await opened.user.click(screen.getByRole("radio", { name: label }));
    await advanced(opened);
    const draft = opened.drafts.drafts.get(1);
    expect(draft?.values.sign_in).toBe(way.id);
    await waitFor(() => expectDrawn(spec, draft?.visible ?? []));
    await expectAccessible();
  });

  it("is drawn whole for every option that shows other fields", async () => {
    const opened = await openForm(undefined, spec);
    await advanced(opened);
    const rules = spec.fields.flatMap((f) => f.visible_if);
    for (const field of spec.fields) {
      if (field.kind.kind !== "select" || !rules.some((rule) => rule.field === field.id)) continue;
      for (const option of field.kind.options) {
        const row = document.querySelector(`[data-field="${field.id}"]`);
        const select = row?.querySelector("select:not([aria-label])");
        if (!row) continue;
        if (select) await opened.user.selectOptions(select, option.value);
        else await opened.user.click(row.querySelector(`input[value="${option.value}"]`) as Element);
        await waitFor(() => expect(opened.drafts.drafts.get(1)?.values[field.id]).toBe(option.value));
        await waitFor(() => expectDrawn(spec, opened.drafts.drafts.get(1)?.visible ?? []));
      }
    }
    await expectAccessible();
  });

  it("says all that is missing when Connect is pressed", async () => {
    const opened = await openForm(undefined, spec);
    await opened.user.click(screen.getByRole("button", { name: "Connect" }));
    const missing = freshDraft(spec);
    const wanted = spec.fields.filter((f) => missing.required.includes(f.id) && f.default === null);
    for (const field of wanted) expect(await screen.findByText(`${field.label} is needed.`)).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Name")));
    await expectAccessible();
  });
});

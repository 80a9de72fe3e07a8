// When a form sends what was typed: at rest, at once, or never.
import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { forget } from "@/features/wizard/wizard.svelte";
import type { DraftView } from "@/ipc";
import { Form } from "@/shared/form/form.svelte";
import type { FormPort } from "@/shared/form/port";
import { navigation } from "@/shared/navigation.svelte";
import { freshDraft } from "./drafts";
import { everything } from "./everything";
import { openForm } from "./forms";

describe("the timer of typing", () => {
  // The clock stands still: what is sent is sent because of what was done, on a machine of any speed.
  const stopClock = async (work: (user: ReturnType<typeof userEvent.setup>) => Promise<void>) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await work(userEvent.setup({ delay: null }));
    } finally {
      vi.useRealTimers();
    }
  };

  it("sends what was typed when typing rests, once", async () => {
    const { world } = await openForm();
    await stopClock(async (user) => {
      await user.type(screen.getByLabelText("Server"), "db.example.org");
      await vi.advanceTimersByTimeAsync(249);
      expect(world.called("draft_set")).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
    });
    expect(world.called("draft_set")).toEqual([{ id: 1, field: "server", value: "db.example.org" }]);
  });

  it("is not needed: leaving a field sends it at once, once", async () => {
    const { world } = await openForm();
    await stopClock(async (user) => {
      await user.type(screen.getByLabelText("Server"), "x");
      await user.tab();
      await vi.advanceTimersByTimeAsync(0);
      expect(world.called("draft_set")).toEqual([{ id: 1, field: "server", value: "x" }]);
      await vi.advanceTimersByTimeAsync(10_000);
    });
    expect(world.called("draft_set").length).toBe(1);
  });

  it("is not needed: a form that goes from the screen sends at once what will be found again", async () => {
    const { world, drafts } = await openForm();
    await stopClock(async (user) => {
      await user.type(screen.getByLabelText("Server"), "x");
      await user.type(screen.getByLabelText("Password"), "s3cret");
      navigation.go({ at: "settings" });
      await vi.advanceTimersByTimeAsync(0);
      expect(world.called("draft_set")).toEqual([{ id: 1, field: "server", value: "x" }]);
      expect(world.called("draft_secret")).toEqual([{ id: 1, field: "password", text: "s3cret" }]);
      await vi.advanceTimersByTimeAsync(10_000);
    });
    expect(drafts.drafts.get(1)?.values.server).toBe("x");
    expect([world.called("draft_set").length, world.called("draft_secret").length]).toEqual([1, 1]);
  });

  it("ends with the draft: after it was closed nothing is sent", async () => {
    const { world } = await openForm();
    await stopClock(async (user) => {
      await user.type(screen.getByLabelText("Server"), "x");
      // As a password manager fills it in, without the focus.
      screen.getByLabelText<HTMLInputElement>("Password").value = "s3cret";
      await forget();
      navigation.go({ at: "connections" });
      await vi.advanceTimersByTimeAsync(10_000);
    });
    expect(world.called("draft_close")).toEqual([{ id: 1 }]);
    expect([...world.called("draft_set"), ...world.called("draft_secret")]).toEqual([]);
  });
});

describe("a form whose draft was closed", () => {
  it("sends nothing of what waits for its turn, and nothing that comes later", async () => {
    const sent: string[] = [];
    let answer: (draft: DraftView) => void = () => undefined;
    const port = {
      set: (_: number, field: string) => {
        sent.push(field);
        return new Promise<DraftView>((done) => (answer = done));
      },
    } as unknown as FormPort;
    const form = new Form(everything, freshDraft(everything), port, 0);
    const first = form.choose("server", "db");
    await vi.waitFor(() => expect(sent).toEqual(["server"]));
    const second = form.choose("port", "6432");
    form.type("user", "ana");
    form.close();
    answer(freshDraft(everything));
    form.type("user", "eve");
    form.leave("user");
    await Promise.all([first, second, form.flush()]);
    await new Promise((go) => setTimeout(go));
    expect(sent).toEqual(["server"]);
    expect(form.trouble).toBeNull();
  });
});

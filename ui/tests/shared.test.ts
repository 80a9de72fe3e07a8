import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { age, count, duration } from "@/shared/format";
import { Query } from "@/shared/query.svelte";
import { TestRun } from "@/shared/stages.svelte";
import ErrorPanel from "@/shared/ui/ErrorPanel.svelte";
import { reveal, slice } from "@/shared/window";
import { Failure, failureOf, type Outcome, type StageEvent } from "@/ipc";
import { expectAccessible } from "./axe";
import { error, install, stage } from "./mock";

describe("the error panel", () => {
  const failure = error({
    code: "postgres.no_pg_hba_entry",
    what: "The server refuses this computer.",
    why: "No entry in its pg_hba.conf matches.",
    remedy: "Ask for an entry for 10.0.0.7.",
    field: "username",
    vendor: { code: "28000", message: "no pg_hba.conf entry for host" },
    actions: [
      { do: "set", field: "ssl_mode", value: "require", label: "Use require" },
      { do: "copy", label: "Copy the address", text: "10.0.0.7" },
    ],
    retryable: true,
  });

  it("says what, why, what to do, does it, and keeps the vendor's words behind Details", async () => {
    const user = userEvent.setup();
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const heard = { onretry: vi.fn(), onset: vi.fn(), onfield: vi.fn() };
    render(ErrorPanel, { error: failure, fieldLabel: "Username", ...heard });
    for (const words of [failure.what, failure.why, failure.remedy]) expect(screen.getByText(words)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Use require" }));
    await user.click(screen.getByRole("button", { name: "Go to Username" }));
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await user.click(screen.getByRole("button", { name: "Copy the address" }));
    expect(heard.onset).toHaveBeenCalledWith(failure.actions[0]);
    expect(heard.onfield).toHaveBeenCalledWith("username");
    expect(heard.onretry).toHaveBeenCalled();
    expect(write).toHaveBeenCalledWith("10.0.0.7");
    expect(document.querySelector("details pre")?.textContent).toContain("28000");
    expect(document.querySelector("details")?.open).toBe(false);
    await expectAccessible(document.body.firstElementChild ?? document.body);
  });

  it("shows markup from a server as text", () => {
    render(ErrorPanel, { error: error({ what: "<img src=x onerror=alert(1)>", vendor: { code: null, message: "<b>x</b>" } }) });
    expect(document.querySelector("img")).toBeNull();
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeTruthy();
  });
});

describe("the window on a long list", () => {
  it("draws what is seen and a little more, wherever one is", () => {
    expect(slice(0, 500, 50, 10_000)).toEqual({ first: 0, last: 18, before: 0, total: 500_000 });
    expect(slice(250_000, 500, 50, 10_000)).toMatchObject({ first: 4992, last: 5018 });
    expect(slice(499_500, 500, 50, 10_000)).toMatchObject({ last: 10_000 });
    expect(slice(499_500, 500, 50, 3)).toMatchObject({ first: 3, last: 3, total: 150 });
    expect(slice(-20, 500, 50, 0)).toEqual({ first: 0, last: 0, before: 0, total: 0 });
  });

  it("scrolls no further than needed", () => {
    expect(reveal(0, 500, 50, 3)).toBe(0);
    expect(reveal(0, 500, 50, 10)).toBe(50);
    expect(reveal(1000, 500, 50, 3)).toBe(150);
  });
});

describe("a query", () => {
  it("waits, then shows data, empty or an error, and drops late answers", async () => {
    const answers: ((value: number[]) => void)[] = [];
    const query = new Query<number[]>(
      () => new Promise((go) => answers.push(go)),
      (found) => found.length === 0,
    );
    expect(query.phase).toBe("wait");
    const [first, second] = [query.run(), query.run()];
    answers[1]?.([]);
    await second;
    answers[0]?.([1]);
    await first;
    expect(query.phase).toBe("empty");
    const bad = new Query(() => Promise.reject(new Failure(error({ what: "No." }))));
    await bad.run();
    expect([bad.phase, bad.error?.what]).toEqual(["error", "No."]);
  });

  it("turns whatever was thrown into something a person can read", () => {
    expect(failureOf(new TypeError("x is undefined"))).toMatchObject({ code: "internal", vendor: { message: "x is undefined" } });
  });
});

describe("a run of stages", () => {
  const stages = [
    { id: "resolve", label: "Find" },
    { id: "tls", label: "Encrypt" },
  ];

  it("takes each stage's news, keeps a warning, and ignores news after it was cancelled", async () => {
    const world = install();
    const run = new TestRun();
    let tell: (event: StageEvent) => void = () => undefined;
    let end: (outcome: Outcome) => void = () => undefined;
    const done = run.start(stages, (_, hear) => {
      tell = hear;
      return new Promise((go) => (end = go));
    });
    tell(stage("resolve", "started"));
    tell(stage("resolve", "done", 4));
    tell(stage("tls", "started"));
    tell(stage("tls", "warning", 0, "Encrypted, but the server is not verified"));
    tell(stage("tls", "done", 9));
    expect(run.lines.map((line) => [line.state, line.millis])).toEqual([
      ["done", 4],
      ["warning", 9],
    ]);
    tell(stage("tls", "started"));
    run.cancel();
    expect(run.running).toBe(false);
    expect(run.lines[1]?.state).toBe("waiting");
    tell(stage("tls", "failed", 5));
    end({ outcome: "worked", summary: "late", warnings: [], millis: 1, connection: null });
    expect(await done).toBeUndefined();
    expect(run.outcome).toBeUndefined();
    expect(world.called("run_cancel")).toHaveLength(1);
  });
});

describe("numbers and times", () => {
  it("are written as a person reads them", () => {
    expect(count(10_000)).toBe("10,000");
    expect([duration(0.4), duration(12.3), duration(1400)]).toEqual(["< 1 ms", "12 ms", "1.4 s"]);
    const now = Date.UTC(2026, 0, 10);
    const ago = (millis: number) => age(now - millis, now);
    expect([ago(5000), ago(5 * 60_000), ago(3 * 3600_000), ago(24 * 3600_000), ago(50 * 3600_000), ago(-9999)]).toEqual([
      "just now",
      "5 min ago",
      "3 h ago",
      "1 day ago",
      "2 days ago",
      "just now",
    ]);
  });
});

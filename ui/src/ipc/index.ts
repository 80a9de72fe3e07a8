// The one door to Rust: commands as plain promises that throw a `Failure`, events as subscriptions.
// Nothing else in the interface imports the generated bindings or @tauri-apps.
import { Channel } from "@tauri-apps/api/core";
import { m } from "@/paraglide/messages";
import { commands, events, type ErrorView, type StageEvent } from "./bindings";

export type * from "./bindings";

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: ErrorView };
type Plain<F> = F extends (...args: infer A) => Promise<Answer<infer T>> ? (...args: A) => Promise<T> : never;
type Commands = { [K in keyof typeof commands]: Plain<(typeof commands)[K]> };

/** A command's failure, in the words that a person reads. */
export class Failure extends Error {
  constructor(readonly view: ErrorView) {
    super(view.what);
    this.name = "Failure";
  }
}

/** Whatever was thrown, as an error that a panel can show. */
export function failureOf(thrown: unknown): ErrorView {
  if (thrown instanceof Failure) return thrown.view;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: "internal",
    kind: "internal",
    what: m.error_internal_what(),
    why: "",
    remedy: m.error_internal_remedy(),
    stage: null,
    field: null,
    vendor: { code: null, message: detail },
    actions: [],
    retryable: true,
  };
}

function plain(): Commands {
  const entries = Object.entries(commands).map(([name, command]) => {
    const call = command as (...args: unknown[]) => Promise<Answer<unknown>>;
    const unwrapped = async (...args: unknown[]) => {
      const answer = await call(...args);
      if (answer.status === "error") throw new Failure(answer.error);
      return answer.data;
    };
    return [name, unwrapped];
  });
  return Object.fromEntries(entries) as Commands;
}

const raw = plain();
type Hear = (event: StageEvent) => void;

function channel(hear: Hear): Channel<StageEvent> {
  const stages = new Channel<StageEvent>();
  stages.onmessage = hear;
  return stages;
}

/** Every command; those that report stages take a listener in place of a channel. */
export const api = {
  ...raw,
  connectionTest: (id: string, run: string, hear: Hear) => raw.connectionTest(id, run, channel(hear)),
  draftTest: (id: number, run: string, hear: Hear) => raw.draftTest(id, run, channel(hear)),
  draftConnect: (id: number, run: string, keep: Parameters<typeof raw.draftConnect>[2], hear: Hear) =>
    raw.draftConnect(id, run, keep, channel(hear)),
};

type Payload<K extends keyof typeof events> = Parameters<Parameters<(typeof events)[K]["listen"]>[0]>[0]["payload"];

/** Subscribes to an event; returns the function that ends it, fit to be returned from an effect. */
export function hear<K extends keyof typeof events>(name: K, listener: (payload: Payload<K>) => void): () => void {
  const subscribe = events[name].listen as (cb: (event: { payload: Payload<K> }) => void) => Promise<() => void>;
  const ending = subscribe((event) => listener(event.payload));
  return () => void ending.then((end) => end()).catch(() => undefined);
}

/** A name for a run, chosen here so that it can be cancelled before the first answer. */
export function freshRun(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

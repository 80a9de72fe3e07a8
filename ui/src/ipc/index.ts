// The one door to Rust: commands as plain promises that throw a `Failure`, events as subscriptions.
// Nothing else in the interface imports the generated bindings or @tauri-apps.
import { Channel } from "@tauri-apps/api/core";
import { m } from "@/paraglide/messages";
import {
  commands,
  type Asked,
  type ErrorView,
  type ExportProgress,
  type ExportRequest,
  type LevelRequest,
  type News,
  type RowsSource,
  type StageEvent,
} from "./bindings";

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

function channel<T>(hear: (event: T) => void): Channel<T> {
  const told = new Channel<T>();
  told.onmessage = hear;
  return told;
}
/** For those who do not show stages. */
const unheard: Hear = () => undefined;

/** Every command; those that report stages take a listener in place of a channel. */
export const api = {
  ...raw,
  connectionTest: (id: string, run: string, hear: Hear) => raw.connectionTest(id, run, channel(hear)),
  draftTest: (id: number, run: string, hear: Hear) => raw.draftTest(id, run, channel(hear)),
  draftConnect: (id: number, run: string, keep: Parameters<typeof raw.draftConnect>[2], hear: Hear) =>
    raw.draftConnect(id, run, keep, channel(hear)),
  draftChoices: (id: number, field: string, search: string, page: string | null, run = freshRun()) =>
    raw.draftChoices(id, field, search, page, run),
  connectionFacts: (id: string, run = freshRun(), hear = unheard) => raw.connectionFacts(id, run, channel(hear)),
  treeLevel: (request: LevelRequest, hear = unheard) => raw.treeLevel(request, channel(hear)),
  tableDescribe: (id: string, path: string[], refresh: boolean, run = freshRun(), hear = unheard) =>
    raw.tableDescribe(id, path, refresh, run, channel(hear)),
  rowsOpen: (id: string, source: RowsSource, run: string, hear = unheard) => raw.rowsOpen(id, source, run, channel(hear)),
  exportRun: (request: ExportRequest, run: string, hear: (now: ExportProgress) => void) =>
    raw.exportRun(request, run, channel(hear)),
};

type Told<K extends News["news"]> = Omit<Extract<News, { news: K }>, "news">;
/** What Rust tells without being asked, by the name used here. */
type Heard = {
  asked: Asked;
  withdrawn: Told<"withdrawn">;
  dragHover: Told<"drag_hover">;
  dropped: Told<"dropped">;
  level: Told<"level">;
};
const listeners = new Map<keyof Heard, Set<(payload: never) => void>>();

function tell(news: News): void {
  const name = news.news === "drag_hover" ? "dragHover" : news.news;
  const payload = news.news === "asked" ? news.asked : news;
  for (const listener of listeners.get(name) ?? []) listener(payload as never);
}

/** Subscribes to news; returns the function that ends it, fit to be returned from an effect. */
export function hear<K extends keyof Heard>(name: K, listener: (payload: Heard[K]) => void): () => void {
  const first = [...listeners.values()].every((others) => others.size === 0);
  const others = listeners.get(name) ?? new Set();
  listeners.set(name, others.add(listener));
  // One channel for all: the first listener opens it.
  if (first) {
    const news = new Channel<News>();
    news.onmessage = tell;
    raw.listen(news).catch(() => undefined);
  }
  return () => void others.delete(listener);
}

/** A name for a run, chosen here so that it can be cancelled before the first answer. */
export function freshRun(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

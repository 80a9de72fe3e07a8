// What is known of an open connection: asked for once, after something of it was opened.
import { api, type FactsView } from "@/ipc";
import { Waiting } from "./stages.svelte";

export class Facts {
  view: FactsView | undefined = $state.raw();
  readonly waiting: Waiting;

  constructor(
    readonly connection: string,
    connector: () => string | null | undefined,
  ) {
    this.waiting = new Waiting(connector);
  }

  /** Asks, unless it is known, on its way, or failed: that is tried again by hand. */
  async ensure(): Promise<void> {
    if (!this.view && !this.waiting.running && !this.waiting.error) await this.load();
  }

  async load(): Promise<void> {
    const view = await this.waiting.do((run, hear) => api.connectionFacts(this.connection, run, hear));
    if (view) this.view = view;
  }

  /** The person allowed changes, or not any more. */
  allow(writes_allowed: boolean): void {
    if (this.view) this.view = { ...this.view, writes_allowed };
  }
}

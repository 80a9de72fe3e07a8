// A table as it was described: as cached, or asked for again.
import { api, type Path, type TableView } from "@/ipc";
import { Waiting } from "./stages.svelte";

export class Described {
  view: TableView | undefined = $state.raw();
  /** Counts the refreshes: what shows its rows begins anew. */
  turn = $state(0);
  readonly waiting: Waiting;

  constructor(
    readonly connection: string,
    readonly path: Path,
    connector: () => string | null | undefined,
  ) {
    this.waiting = new Waiting(connector);
  }

  async load(refresh = false): Promise<boolean> {
    const view = await this.waiting.do((run, hear) => api.tableDescribe(this.connection, this.path, refresh, run, hear));
    if (!view) return false;
    this.view = view;
    if (refresh) this.turn++;
    return true;
  }
}

// One export: chosen, under way, done or failed. The file is chosen in Rust and stays there; here it has a number and a name.
import {
  api,
  failureOf,
  freshRun,
  type ErrorView,
  type ExportDone,
  type ExportFormat,
  type ExportProgress,
  type ExportTarget,
  type RowsSource,
} from "@/ipc";

export class Export {
  state: "choosing" | "running" | "done" = $state("choosing");
  progress: ExportProgress = $state.raw({ rows: 0, total: null, bytes: 0 });
  target: ExportTarget | undefined = $state.raw();
  done: ExportDone | undefined = $state.raw();
  error: ErrorView | undefined = $state.raw();
  #run: string | undefined;
  #again: (() => Promise<void>) | undefined;

  /** Asks for the file, then writes it. Nothing happens when no file is chosen. */
  async start(connection: string, source: RowsSource, format: ExportFormat, decimals: number | null): Promise<void> {
    this.error = undefined;
    try {
      const target = await api.exportChoose(source, format);
      if (!target) return;
      this.target = target;
      this.#again = () => this.#write(connection, source, format, decimals, target.id);
    } catch (thrown) {
      this.error = failureOf(thrown);
      this.#again = () => this.start(connection, source, format, decimals);
      return;
    }
    await this.#again();
  }

  async #write(connection: string, source: RowsSource, format: ExportFormat, decimals: number | null, target: number) {
    const run = freshRun();
    this.#run = run;
    this.state = "running";
    this.error = undefined;
    this.progress = { rows: 0, total: null, bytes: 0 };
    const request = { connection, source, format, decimals, target };
    try {
      const done = await api.exportRun(request, run, (now) => run === this.#run && (this.progress = now));
      if (run !== this.#run) return;
      this.done = done;
      this.state = "done";
    } catch (thrown) {
      if (run !== this.#run) return;
      this.error = failureOf(thrown);
      this.state = "choosing";
    } finally {
      if (run === this.#run) this.#run = undefined;
    }
  }

  /** The same again, into the same file. */
  async retry(): Promise<void> {
    await this.#again?.();
  }

  /** Stops it; Rust takes away what was written so far. */
  cancel(): void {
    if (this.#run) void api.runCancel(this.#run).catch(() => undefined);
    this.#run = undefined;
    this.state = "choosing";
  }
}

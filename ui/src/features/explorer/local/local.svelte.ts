// The files of Local data: which there are, adding some, taking one out. The files themselves are never changed.
import { api, failureOf, freshRun, type AddedView, type ErrorView, type LocalFileView } from "@/ipc";
import { Query } from "@/shared/query.svelte";

export class Local {
  readonly files = new Query<LocalFileView[]>(
    () => api.localFiles(),
    (files) => files.length === 0,
  );
  /** Files are being looked at. */
  adding = $state(false);
  /** What came of the last adding, until it is closed. */
  result: AddedView | undefined = $state.raw();
  error: ErrorView | undefined = $state.raw();
  #run: string | undefined;

  load(): Promise<void> {
    return this.files.run();
  }

  /** A file by its name in the tree. */
  byName(name: string): LocalFileView | undefined {
    return this.files.data?.find((file) => file.name === name);
  }

  choose(folder: boolean): Promise<boolean> {
    return this.#add((run) => api.localAddChoose(folder, run));
  }

  dropped(): Promise<boolean> {
    return this.#add((run) => api.localAddDropped(run));
  }

  cancel(): void {
    if (!this.#run) return;
    void api.runCancel(this.#run).catch(() => undefined);
    this.#run = undefined;
    this.adding = false;
  }

  /** Takes a file out of the list. */
  async remove(file: LocalFileView): Promise<void> {
    await api.localRemove(file.id);
    await this.load();
  }

  close(): void {
    this.result = undefined;
    this.error = undefined;
  }

  /** Answers whether there is something new. */
  async #add(work: (run: string) => Promise<AddedView | null>): Promise<boolean> {
    this.cancel();
    const run = freshRun();
    this.#run = run;
    this.close();
    this.adding = true;
    try {
      const result = await work(run);
      if (run !== this.#run || !result) return false;
      this.result = result;
      await this.load();
      return result.fresh > 0;
    } catch (thrown) {
      const error = failureOf(thrown);
      if (run === this.#run && error.kind !== "cancelled") this.error = error;
      return false;
    } finally {
      if (run === this.#run) {
        this.#run = undefined;
        this.adding = false;
      }
    }
  }
}

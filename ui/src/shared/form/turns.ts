// Commands one after the other, so that an old answer never replaces a newer one, and none once it is closed. Owns their
// order; what they do, and what their failures mean, is the form's.

export class Turns {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  /** `idle` runs whenever nothing waits any more. */
  constructor(private readonly idle: () => Promise<void>) {}

  /** Does this work when its turn has come. It has to keep its failures to itself. */
  take(work: () => Promise<void>): Promise<void> {
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      if (!this.#closed) await work();
      if (--this.#waiting === 0 && !this.#closed) await this.idle();
    });
    return this.#last;
  }

  /** Everything taken so far is done. */
  get all(): Promise<void> {
    return this.#last;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What waits for its turn, and what comes later, is not done. */
  close(): void {
    this.#closed = true;
  }
}

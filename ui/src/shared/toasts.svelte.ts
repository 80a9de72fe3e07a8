// Short news at the foot of the window, with one thing to do about it. Owns their time; shared/ui/Toasts draws them.

export type Toast = {
  id: number;
  text: string;
  tone: "plain" | "success" | "danger";
  action?: { label: string; run: () => void };
  seconds: number;
};

type Offer = Partial<Omit<Toast, "id" | "text">>;

class Toasts {
  list: Toast[] = $state([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Shows a toast; returns its id. */
  show(text: string, offer: Offer = {}): number {
    const toast: Toast = { tone: "plain", seconds: offer.action ? 10 : 5, ...offer, text, id: this.#next++ };
    // Three are as many as anyone reads; an older one with something to undo stays.
    const spare = this.list.length >= 3 ? this.list.find((other) => !other.action) : undefined;
    if (spare) this.close(spare.id);
    this.list.push(toast);
    this.#start(toast);
    return toast.id;
  }

  close(id: number): void {
    this.hold(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Does what the toast offers, once. */
  act(id: number): void {
    const toast = this.list.find((other) => other.id === id);
    this.close(id);
    toast?.action?.run();
  }

  /** While someone reads it (pointer or focus on it), it stays, unless its offer ends with its time. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  release(id: number): void {
    const toast = this.list.find((other) => other.id === id);
    if (toast && !this.#timers.has(id)) this.#start(toast);
  }

  clear(): void {
    for (const toast of [...this.list]) this.close(toast.id);
  }

  #start(toast: Toast): void {
    this.#timers.set(
      toast.id,
      setTimeout(() => this.close(toast.id), toast.seconds * 1000),
    );
  }
}

export const toasts = new Toasts();

// Heights that a web view cannot hold are folded: scrolling then moves by more than it is dragged. Arithmetic only.

/** Web views lose track at 33,554,432 pixels (2^25); this is safely below, and holds a million rows unfolded. */
const HIGHEST = 30_000_000;

export class Scale {
  readonly height: number;
  #fold: number;

  constructor(whole: number, seen: number) {
    this.height = Math.min(whole, HIGHEST);
    const room = this.height - seen;
    this.#fold = whole > HIGHEST && room > 0 ? (whole - seen) / room : 1;
  }

  /** What is at the top of the view when it is scrolled so far. */
  place(scrolled: number): number {
    return scrolled * this.#fold;
  }

  /** How far to scroll so that this is at the top. */
  scroll(place: number): number {
    return place / this.#fold;
  }

  /** Where to draw what lies at `place`, while `from` is at the top of a view that is scrolled so far. */
  top(place: number, from: number, scrolled: number): number {
    return this.#fold === 1 ? place : place - from + scrolled;
  }
}

// The mouse in a grid: a press begins a block, dragging makes it larger; a row's number selects the row.
import type { Attachment } from "svelte/attachments";
import type { Grid } from "./grid.svelte";

type Hit = { row: number; at: number; whole: boolean };

function hit(target: EventTarget | null): Hit | undefined {
  if (!(target instanceof Element)) return undefined;
  const cell = target.closest<HTMLElement>('[role="gridcell"]');
  if (cell) return { row: Number(cell.dataset.row), at: Number(cell.dataset.at), whole: false };
  const number = target.closest<HTMLElement>('[role="rowheader"]');
  return number ? { row: Number(number.dataset.number), at: 0, whole: true } : undefined;
}

/** Attached to the grid's box; `moved` is told when the head went somewhere. */
export function dragging(of: () => Grid, moved: () => void): Attachment<HTMLElement> {
  return (box) => {
    let began: Hit | undefined;

    function reach(to: Hit) {
      const { selection, layout } = of();
      if (!began) return;
      if (began.whole) {
        const [top, bottom] = [Math.min(began.row, to.row), Math.max(began.row, to.row)];
        selection.take({ top, bottom, left: 0, right: layout.placed.length - 1 });
      } else if (!to.whole) selection.go({ row: to.row, at: to.at }, true);
    }
    function down(event: PointerEvent) {
      const to = hit(event.target);
      if (!to || event.button !== 0 || !of().rows.row(to.row)) return;
      event.preventDefault();
      const { selection } = of();
      if (event.shiftKey && !to.whole) {
        began = { ...to };
        selection.go({ row: to.row, at: to.at }, true);
      } else {
        began = event.shiftKey ? { ...to, row: selection.head.row } : to;
        if (!to.whole) selection.go({ row: to.row, at: to.at });
        else reach(to);
      }
      moved();
    }
    function over(event: PointerEvent) {
      if (!began || event.buttons !== 1) return;
      const to = hit(event.target);
      if (!to || !of().rows.row(to.row)) return;
      reach(to);
      if (!began.whole) moved();
    }
    const up = () => (began = undefined);
    const open = (event: MouseEvent) => hit(event.target)?.whole === false && of().openValue();

    box.addEventListener("pointerdown", down);
    box.addEventListener("pointerover", over);
    box.addEventListener("dblclick", open);
    window.addEventListener("pointerup", up);
    return () => {
      box.removeEventListener("pointerdown", down);
      box.removeEventListener("pointerover", over);
      box.removeEventListener("dblclick", open);
      window.removeEventListener("pointerup", up);
    };
  };
}

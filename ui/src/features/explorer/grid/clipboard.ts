// A text onto the clipboard that is known only a moment after the key was pressed.

/**
 * Copies what `text` will be. WebKit allows it only within the key press, so the promise itself is handed over; where that is
 * not known, the text is written when it is there, and last by the document's own copying.
 */
export async function copyLater(text: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === "function" && typeof navigator.clipboard?.write === "function") {
    const blob = text.then((known) => new Blob([known], { type: "text/plain" }));
    // The text's own failure is told below.
    blob.catch(() => undefined);
    try {
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      return;
    } catch {
      // Not allowed, or a promise is not taken here.
    }
  }
  const known = await text;
  try {
    await navigator.clipboard.writeText(known);
  } catch (refused) {
    if (!copyByHand(known)) throw refused;
  }
}

function copyByHand(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.style.cssText = "position:fixed;opacity:0;inset:0 auto auto 0;";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}

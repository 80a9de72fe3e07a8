// Tells a pasted connection from a pasted word, so that pasting a host name into its field stays what it always was.
// Which warehouse it is for, and what it means, only Rust knows.

/** True when the text looks like a URL, a DSN, lines of variables, or a file's content, and not like one value. */
export function looksLikeConnection(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length < 6) return false;
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ||
    /^jdbc:/i.test(trimmed) ||
    /^\(\s*description\s*=/i.test(trimmed) ||
    pairs(trimmed) >= 2
  );
}

/** True when the text looks like the content of a file: JSON, or PEM. */
export function looksLikeFile(text: string): boolean {
  const trimmed = text.trim();
  return /^\{[\s\S]*\}$/.test(trimmed) || trimmed.startsWith("-----BEGIN ");
}

/** How many `key=value` the text holds. */
function pairs(text: string): number {
  return text.match(/(^|[\s;])(export\s+)?[A-Za-z_][\w.]*\s*=\s*\S/g)?.length ?? 0;
}

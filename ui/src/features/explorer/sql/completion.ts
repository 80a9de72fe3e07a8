// Completion of names that were seen: asked of Rust part by part of a dotted name, an alias taken for its table.
import { api, type CompletionKind } from "@/ipc";
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { target } from "./statements";

const types: Record<CompletionKind, string> = { container: "namespace", table: "class", column: "property" };
const NAME = String.raw`(?:"(?:[^"]|"")*"|` + "`[^`]*`" + String.raw`|\[[^\]]*\]|[\p{L}_][\p{L}\p{N}_$]*)`;
const DOTTED = `${NAME}(?:\\s*\\.\\s*${NAME})*`;
const BEFORE = new RegExp(`(?:${NAME}\\.)*(?:"[^"]*|[\\p{L}_][\\p{L}\\p{N}_$]*)?$`, "u");
const FROM = new RegExp(`\\b(?:from|join|into|update)\\s+(${DOTTED})(?:\\s+(?:as\\s+)?(${NAME}))?`, "giu");
const ONE = new RegExp(NAME, "gu");
/** More tables than this in one statement are not asked for their columns. */
const TABLES = 6;

/** A name without its quotes. */
export function bare(name: string): string {
  const first = name[0];
  if (first === '"') return name.slice(1).replace(/"$/, "").replaceAll('""', '"');
  return first === "`" || first === "[" ? name.slice(1, -1) : name;
}

export function parts(dotted: string): string[] {
  return (dotted.match(ONE) ?? []).map(bare);
}

/** The tables that a statement names, by path as written and by alias. */
export function tablesIn(sql: string): { path: string[]; alias: string | undefined }[] {
  const words =
    /^(where|on|using|group|order|limit|join|left|right|inner|outer|cross|full|natural|set|values|select|union|having|as)$/i;
  return [...sql.matchAll(FROM)].slice(0, TABLES).map((found) => {
    const alias = found[2] && !words.test(found[2]) ? bare(found[2]) : undefined;
    return { path: parts(found[1] ?? ""), alias };
  });
}

/** Completes a path as written with the containers of the place in the tree: `roads` is `public.roads`. */
function whole(path: string[], containers: string[], depth: number): string[] {
  const missing = Math.max(0, depth - path.length);
  return [...containers.slice(0, missing), ...path];
}

type At = { connection: string; containers: () => string[]; depth: () => number };

export function names({ connection, containers, depth }: At) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const inside = syntaxTree(context.state).resolveInner(context.pos, -1).name;
    if (/String|Comment/.test(inside)) return null;
    const line = context.state.doc.lineAt(context.pos);
    const before = BEFORE.exec(line.text.slice(0, context.pos - line.from))?.[0] ?? "";
    if (!before && !context.explicit) return null;
    const dot = before.lastIndexOf(".");
    const typed = bare(before.slice(dot + 1));
    const tables = tablesIn(target(context.state)?.sql ?? "");
    // Without a dot: whatever was seen, written whole, and the columns of the tables that the statement names.
    const within =
      dot >= 0
        ? [resolve(parts(before.slice(0, dot)), tables, containers(), depth())]
        : [...tables.map(({ path }) => whole(path, containers(), depth())), []];
    const found = await Promise.all(within.map((path) => api.sqlNames(connection, path, typed).catch(() => [])));
    if (context.aborted) return null;
    const seen = new Set<string>();
    const options: Completion[] = [];
    found.flat().forEach(({ insert, label, kind, detail }, at) => {
      const key = `${kind} ${insert} ${detail}`;
      if (seen.has(key)) return;
      seen.add(key);
      options.push({ label, apply: insert, detail, type: types[kind], boost: -at / 10 });
    });
    if (options.length === 0) return null;
    return { from: context.pos - (before.length - dot - 1), options, validFor: /^"?[\p{L}\p{N}_$]*$/u };
  };
}

/** What the names before the last dot mean: an alias, a table, a schema. */
function resolve(path: string[], tables: ReturnType<typeof tablesIn>, containers: string[], depth: number): string[] {
  const [only] = path;
  if (path.length !== 1 || only === undefined) return path;
  const named = tables.find(({ alias, path: of }) => (alias ?? of.at(-1))?.toLowerCase() === only.toLowerCase());
  return named ? whole(named.path, containers, depth) : path;
}

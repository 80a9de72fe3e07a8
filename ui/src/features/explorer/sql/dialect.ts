// The editor's language, made of what the connection says of its SQL. No dialect is known here by name.
import type { DialectWords } from "@/ipc";
import { SQLDialect } from "@codemirror/lang-sql";

export function dialectOf(words: DialectWords): SQLDialect {
  return SQLDialect.define({
    keywords: words.keywords,
    types: words.types,
    builtin: words.functions,
    identifierQuotes: words.identifier_quotes,
    // Where double quotes do not quote a name, they quote a text.
    doubleQuotedStrings: !words.identifier_quotes.includes('"'),
    doubleDollarQuotedStrings: words.dollar_quotes,
    backslashEscapes: words.backslash_escapes,
    hashComments: words.hash_comments,
  });
}

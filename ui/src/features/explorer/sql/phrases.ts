// CodeMirror's own words, from our catalogue.
import { m } from "@/paraglide/messages";
import { EditorState } from "@codemirror/state";

export const phrases = () =>
  EditorState.phrases.of({
    Find: m.sql_find(),
    Replace: m.sql_find_replace_with(),
    next: m.sql_find_next(),
    previous: m.sql_find_previous(),
    all: m.sql_find_all(),
    "match case": m.sql_find_case(),
    regexp: m.sql_find_regexp(),
    "by word": m.sql_find_word(),
    replace: m.sql_find_replace(),
    "replace all": m.sql_find_replace_all(),
    close: m.common_close(),
    "current match": m.sql_find_current(),
    "on line": m.sql_find_on_line(),
    "replaced match on line $": m.sql_find_replaced(),
    "replaced $ matches": m.sql_find_replaced_all(),
    Completions: m.sql_completions(),
    "Go to line": m.sql_go_to_line(),
    go: m.sql_go(),
    "Control character": m.sql_control_character(),
    "Selection deleted": m.sql_selection_deleted(),
  });

// How the editor looks: the program's own tokens, so that light and dark follow by themselves.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const frame = EditorView.theme({
  "&": { fontSize: "13px", color: "var(--text)" },
  // The frame of the tooltips is not the editor.
  "&.cm-editor": { height: "100%", backgroundColor: "var(--page)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "20px", overflow: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 12px 0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "1.5px" },
  ".cm-gutters": { backgroundColor: "var(--page)", color: "var(--text-2)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 6px 0 14px", minWidth: "34px", fontSize: "11px" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 26%, transparent)",
  },
  ".cm-target": { boxShadow: "inset 2px 0 0 var(--accent)" },
  ".cm-placeholder": { color: "var(--text-2)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--pressed)", outline: "none" },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": { color: "var(--danger-text)", backgroundColor: "transparent" },
  ".cm-selectionMatch": { backgroundColor: "var(--pressed)" },
  ".cm-searchMatch": { backgroundColor: "var(--warning-soft)", outline: "1px solid var(--warning)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--warning) 40%, transparent)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--text)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "6px 32px 4px 10px", fontFamily: "var(--font)", fontSize: "12px" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", fontSize: "12px", marginLeft: "6px" },
  ".cm-panel.cm-search input[type=checkbox]": { margin: "0", accentColor: "var(--accent)" },
  ".cm-panel.cm-search [name=close]": { top: "6px", right: "8px", padding: "0 6px", fontSize: "16px", color: "var(--text-2)" },
  ".cm-textfield": {
    height: "26px",
    width: "180px",
    padding: "0 8px",
    fontSize: "12px",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    backgroundColor: "var(--page)",
    color: "var(--text)",
  },
  ".cm-textfield:focus-visible": { outline: "2px solid var(--focus)", outlineOffset: "-1px" },
  ".cm-button": {
    height: "26px",
    padding: "0 8px",
    fontSize: "12px",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-small)",
    backgroundImage: "none",
    backgroundColor: "var(--raised)",
    color: "var(--text)",
  },
  ".cm-button:hover": { backgroundColor: "var(--hover)" },
  ".cm-button:active": { backgroundImage: "none", backgroundColor: "var(--pressed)" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--raised)",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font)", maxHeight: "260px", padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", gap: "8px", padding: "3px 8px", borderRadius: "4px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--selected)", color: "var(--text)" },
  ".cm-completionLabel": { flex: "1", overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "650", color: "var(--accent-text)" },
  ".cm-completionDetail": { marginLeft: "12px", fontStyle: "normal", fontSize: "12px", color: "var(--text-2)" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent-text)", fontWeight: "600" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--accent-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--success-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warning-text)" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: "var(--text-2)", fontStyle: "italic" },
  { tag: [tags.operator, tags.punctuation, tags.paren, tags.separator], color: "var(--text-2)" },
]);

export const look = [frame, syntaxHighlighting(colours)];

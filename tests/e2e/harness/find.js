// Finds what a person perceives: an element by its role and its name, visible and not behind a dialog.
const [role, name, position] = arguments;
const SELECT = {
  button: 'button, [role=button], summary',
  link: 'a[href], [role=link]',
  field: 'input:not([type=hidden]):not([type=radio]), textarea, select, [role=combobox], [role=textbox], [role=switch], [role=searchbox], [role=spinbutton]',
  heading: 'h1, h2, h3, h4, h5, h6, [role=heading]',
  dialog: 'dialog[open], [role=dialog], [role=alertdialog]',
  option: 'option, [role=option]',
  radio: 'input[type=radio], [role=radio]',
  listitem: 'li, [role=listitem], [role=row], [role=option]',
  group: 'fieldset, [role=group], section, article, li, [role=row], [role=listitem]',
};
const tidy = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const nameOf = (el) => {
  const by = (el.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
  if (by.length) return tidy(by.map((id) => document.getElementById(id)?.textContent).join(' '));
  if (el.getAttribute('aria-label')) return tidy(el.getAttribute('aria-label'));
  if (el.labels?.length) return tidy([...el.labels].map((l) => l.textContent).join(' '));
  return tidy(el.textContent) || tidy(el.getAttribute('title'));
};
const seen = (el) => {
  if (el.closest('[inert], [aria-hidden=true]')) return false;
  // A native control may be drawn by its label: then it has no size of its own.
  const shown = (e) => e.checkVisibility?.({ checkOpacity: false, checkVisibilityCSS: true }) ?? e.offsetParent !== null;
  return shown(el) || [...(el.labels ?? [])].some(shown);
};
const inside = (root) => [...root.querySelectorAll(SELECT[role] ?? `[role=${role}]`)].filter(seen);
const pick = (list) => {
  const exact = list.filter((el) => nameOf(el) === name);
  const near = list.filter((el) => nameOf(el).includes(name));
  return (exact.length ? exact : near)[position ?? 0] ?? null;
};
const dialogs = [...document.querySelectorAll(SELECT.dialog)].filter(seen).reverse();
for (const root of role === 'dialog' ? [document] : [...dialogs, document]) {
  const found = pick(inside(root));
  if (found) {
    found.scrollIntoView?.({ block: 'nearest' });
    return found;
  }
}
return null;

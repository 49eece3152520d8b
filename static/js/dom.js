// Short names for what every module does.

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const on = (name, act, where = document) => where.addEventListener(name, act);

/** True while the person is writing somewhere: single keys must stay letters. */
export const isTyping = (target) =>
  target instanceof Element &&
  (target.isContentEditable ||
    Boolean(target.closest("textarea, select, [role=textbox], [role=combobox]")) ||
    (target.matches("input") && !["checkbox", "radio", "button", "submit", "reset"].includes(target.type)));

export const isSeen = (element) => element.getClientRects().length > 0;

/** Storage that is full, private or switched off is treated as empty. */
export function kept(store, key, fallback) {
  try {
    return JSON.parse(store.getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function keep(store, key, value) {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch {
    /* nothing to do: the page works without */
  }
}

/** Give focus to anything, also to a heading. */
export function focus(element) {
  if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: false });
}

/** A note written by the server in a <template>, put before an element; the note that was there goes. */
export function putNote(id, before) {
  const source = document.getElementById(id);
  if (!source || !before) return null;
  const previous = before.previousElementSibling;
  if (previous?.matches("[data-put-note]")) previous.remove();
  const note = source.content.firstElementChild.cloneNode(true);
  before.before(note);
  return note;
}

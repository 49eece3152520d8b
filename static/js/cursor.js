// The row cursor of lists: which item keys and bars speak of. It says where it is with a "longpole:cursor" event.
import { all, find, focus, isSeen, on } from "./dom.js";

export const items = () => all("[data-list] [data-item]").filter(isSeen);
export const current = () => find("[data-list] [data-item][aria-current=true]");
export const linkOf = (item) => find("[data-open], a.lk, a, button", item);

const tell = (item) => document.dispatchEvent(new CustomEvent("longpole:cursor", { detail: { item } }));

export function mark(item) {
  if (item === current()) return;
  for (const other of all("[data-item][aria-current=true]")) other.removeAttribute("aria-current");
  item?.setAttribute("aria-current", "true");
  tell(item);
}

/** Put the cursor on an item: its main link takes focus, so Enter opens it. */
export function moveTo(item) {
  mark(item);
  focus(linkOf(item) ?? item);
  item.scrollIntoView({ block: "nearest" });
}

export function step(by) {
  const list = items();
  if (!list.length) return false;
  const at = list.indexOf(current());
  moveTo(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))]);
  return true;
}

export function leave() {
  if (!current()) return false;
  mark(null);
  return true;
}

// Whoever goes through a list with Tab or the mouse has the cursor there as well: keys act on what one stands in.
on("focusin", ({ target }) => {
  const item = target.closest?.("[data-list] [data-item]");
  if (item) mark(item);
});

// A row that was replaced by a newer one keeps the cursor, and the focus.
let kept = null;
on("htmx:beforeSwap", ({ detail }) => {
  const item = current();
  if (item && detail.target.contains(item)) kept = { id: item.id, focused: item.contains(document.activeElement) };
});
on("htmx:afterSettle", () => restore());
on("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target === current()) kept = { id: detail.target.id, focused: detail.target.contains(document.activeElement) };
});
on("htmx:oobAfterSwap", () => restore());

function restore() {
  const item = kept && document.getElementById(kept.id);
  if (!item || current()) return;
  mark(item);
  if (kept.focused) focus(linkOf(item));
  kept = null;
}

// A line that was answered elsewhere, or was filtered away meanwhile, has no place here: it is left out of the answer.
const LINE = /<tr data-item id="([^"]+)" hx-swap-oob="true">[\s\S]*?<\/tr>/g;
on("htmx:beforeSwap", ({ detail }) => {
  if (!detail.serverResponse?.includes('hx-swap-oob="true"><td')) return;
  detail.serverResponse = detail.serverResponse.replace(LINE, (line, id) => (document.getElementById(id) ? line : ""));
});

// An undo may have brought or taken lines: the list is read again where it stands, and the cursor stays with its row.
on("longpole:again", () => {
  window.htmx.ajax("GET", location.pathname + location.search, { target: "#results", swap: "outerHTML" });
});

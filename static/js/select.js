// Selecting rows: X and ⇧X, ⇧click, the box of the head, and everything that matches. The bar below is the server's own form.
import { all, find, focus, on } from "./dom.js";
import { current, items } from "./cursor.js";

let last = null;
const boxes = () => all("[data-select]");
const bar = () => find("#bulk");

function range(from, to, checked) {
  const list = items();
  const [first, end] = [list.indexOf(from), list.indexOf(to)].sort((a, b) => a - b);
  for (const item of list.slice(Math.max(0, first), end + 1)) {
    const box = find("[data-select]", item);
    if (box) box.checked = checked;
  }
}

/** X: the row with the cursor in or out; with Shift everything from the last one to here. */
export function pick(withRange) {
  const box = current() && find("[data-select]", current());
  if (!box) return false;
  box.checked = withRange || !box.checked;
  if (withRange && last?.isConnected) range(last, current(), true);
  last = current();
  show();
  return true;
}

function write(element, name, number) {
  const words = element.dataset[name].replace("#", number.toLocaleString(document.documentElement.lang));
  if (element.textContent !== words) element.textContent = words;
}

function show() {
  const form = bar();
  if (!form) return;
  const every = boxes();
  const count = every.filter((box) => box.checked).length;
  const head = find("[data-select-all]");
  if (head) {
    head.checked = count > 0 && count === every.length;
    head.indeterminate = count > 0 && count < every.length;
  }
  const wide = form.elements.all.value === "1" && head?.checked;
  if (!wide) form.elements.all.value = "";
  const matching = Number(find("#filter-count").dataset.matching);
  write(find("[data-count]", form), "count", wide ? matching : count);
  const widen = find("[data-widen]", form);
  write(widen, "widen", matching);
  widen.hidden = wide || !head?.checked || matching <= count;
}

on("click", (event) => {
  const box = event.target.closest?.("[data-select]");
  if (box) {
    if (event.shiftKey && last?.isConnected) range(last, box.closest("[data-item]"), box.checked);
    last = box.closest("[data-item]");
    show();
  } else if (event.target.closest?.("[data-widen]")) {
    bar().elements.all.value = "1";
    show();
    find("[data-count]", bar()).focus();
  } else if (event.target.closest?.("[data-unselect]")) clear();
});
on("change", ({ target }) => {
  if (!target.matches?.("[data-select-all]")) return;
  for (const box of boxes()) box.checked = target.checked;
  show();
});
function clear() {
  for (const box of boxes()) box.checked = false;
  for (const menu of all("#bulk details[open]")) menu.open = false;
  show();
  if (current()) focus(find("a", current()));
}
on("longpole:unselect", clear);
// However many rows are ticked, they travel as one field: a form may have a thousand at most.
on("htmx:configRequest", ({ detail }) => {
  if (detail.elt !== bar()) return;
  const keys = detail.formData.getAll("key");
  detail.formData.delete("key");
  detail.formData.set("key", keys.join("\n"));
});
on("htmx:afterSettle", show);
on("pageshow", show, window);

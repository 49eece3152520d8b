// The side panel of a list: a row opens there instead of on a page of its own. The address gets focus=KEY, so that Back closes it
// and the address can be passed on. The server writes the panel; without this file the row's link opens the page.
import { all, find, focus, isTyping, on } from "./dom.js";
import { current, leave, linkOf, mark, moveTo } from "./cursor.js";

const panel = find("#panel[data-base]");
const wide = window.matchMedia("(min-width: 861px)");
let quiet = false; // following the cursor: the focus stays in the list
let then = null; // what to do once the panel is there
let pushed = 0; // panels opened since the page came, so that closing may go back
let here = location.href;

export const isOpen = () => Boolean(panel && !panel.hidden);
const keyIn = (address) => new URL(address).searchParams.get("focus") ?? "";
const addressOf = (key) => panel.dataset.base.slice(0, -1) + encodeURIComponent(key);
const rowOf = (key) => key && document.getElementById(key);
const dirty = () => all("input:not([type=hidden]), textarea", panel).some((field) =>
  ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);

function withFocus(key) {
  const url = new URL(location.href);
  if (key) url.searchParams.set("focus", key);
  else url.searchParams.delete("focus");
  return url.href;
}

function note(key) {
  const field = find("#filter-focus");
  if (field) field.value = key;
  panel.dataset.keyOf = key;
  here = location.href;
}

function load(path, { silently = false, after = null } = {}) {
  quiet = silently;
  then = after;
  panel.hidden = false;
  return window.htmx.ajax("GET", path, { target: "#panel", swap: "innerHTML" });
}

/** Show the milestone behind a link. `after` runs when it is there; `follow` leaves the focus in the list. */
export function openPanel(link, { follow = false, after = null } = {}) {
  const key = decodeURIComponent(link.pathname.split("/").pop());
  if (isOpen() && panel.dataset.keyOf === key && !follow) {
    if (after) after();
    else focus(find("#panel-h", panel));
    return;
  }
  load(link.pathname, { silently: follow || Boolean(after), after });
  if (isOpen() && keyIn(location.href)) history.replaceState(history.state, "", withFocus(key));
  else {
    history.pushState({ panel: true }, "", withFocus(key));
    pushed += 1;
  }
  note(key);
}

function hide() {
  const row = rowOf(panel.dataset.keyOf) ?? current();
  panel.hidden = true;
  panel.replaceChildren();
  note("");
  if (row) moveTo(row);
}

export function closePanel() {
  if (!isOpen()) return false;
  if (pushed > 0 && history.state?.panel) {
    history.back(); // popstate hides it
  } else {
    history.replaceState(history.state, "", withFocus(""));
    hide();
  }
  return true;
}

/** Read the panel again, unless somebody is writing in it. */
function refresh() {
  if (isOpen() && panel.dataset.keyOf) load(addressOf(panel.dataset.keyOf), { silently: true });
}

if (panel) {
  on("click", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (event.target.closest("[data-panel-close]")) {
      event.preventDefault();
      closePanel();
      return;
    }
    const link = event.target.closest("[data-list=rows] a[data-open], a[data-panel-link]");
    if (!link || !wide.matches) return;
    event.preventDefault();
    const item = link.closest("[data-item]") ?? rowOf(decodeURIComponent(link.pathname.split("/").pop()));
    if (item) mark(item);
    openPanel(link);
  });
  on("htmx:beforeSwap", ({ detail }) => {
    if (detail.target === panel && quiet) detail.serverResponse = detail.serverResponse.replace(" data-focus", "");
  });
  on("htmx:afterSettle", ({ detail }) => {
    if (detail.target !== panel && detail.elt !== panel) return;
    const act = then;
    [quiet, then] = [false, null];
    act?.();
  });
  // The cursor moves on while the panel is open: it follows, when the moving has stopped.
  let timer;
  on("longpole:cursor", ({ detail }) => {
    clearTimeout(timer);
    const link = detail.item && linkOf(detail.item);
    if (!isOpen() || !link || detail.item.id === panel.dataset.keyOf || dirty()) return;
    timer = setTimeout(() => isOpen() && openPanel(link, { follow: true }), 150);
  });
  // An answer was kept: what the panel shows is old, and what was typed in it is saved. Others' changes leave what is typed alone.
  on("longpole:changed", ({ detail }) => {
    const inside = panel.contains(document.activeElement);
    const old = detail.elsewhere ? !dirty() && !(inside && isTyping(document.activeElement)) : inside || !dirty();
    const about = detail.keys ?? [detail.key];
    if (about.includes(panel.dataset.keyOf) && old) refresh();
  });
  // Back and forward between list and panel need no page; anything else is left to htmx.
  window.addEventListener("popstate", (event) => {
    const bare = (address) => {
      const url = new URL(address);
      url.searchParams.delete("focus");
      return url.href;
    };
    const same = bare(here) === bare(location.href);
    here = location.href;
    if (!same) {
      if (!event.state?.htmx) location.reload();
      return;
    }
    event.stopImmediatePropagation();
    const key = keyIn(location.href);
    pushed += key ? 1 : -1;
    if (key) load(addressOf(key)).then(() => note(key));
    else if (isOpen()) hide();
  }, true);
  on("htmx:pushedIntoHistory", () => { here = location.href; });
  on("keydown", (event) => {
    if (event.key !== "Escape" || !isTyping(event.target)) return;
    event.preventDefault();
    if (dirty()) focus(find("#panel-h", panel));
    else closePanel();
  }, panel);
  if (isOpen() && rowOf(panel.dataset.keyOf)) mark(rowOf(panel.dataset.keyOf));
}

/** Esc steps out: the panel first, then the cursor. */
export const stepOut = () => closePanel() || leave();

// What a typed day would do is brought into sight under the field it is typed in.
on("htmx:afterSwap", ({ detail }) => {
  const moves = document.getElementById("moves");
  if (detail.target.id === "moves" && moves?.closest("form")?.contains(document.activeElement)) moves.scrollIntoView({ block: "nearest" });
});

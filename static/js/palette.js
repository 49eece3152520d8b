// Search or jump: recent pages and this page's own actions at once, results from the server after 120 ms of quiet.
import { doings, doIt, moveTo, pageControls, repeats, thingHere, thingOf } from "./doings.js";
import { all, find, isSeen, keep, kept, on } from "./dom.js";

const RECENT = "longpole-recent";
const FEW = 4; // actions shown on the best match
const dialog = find("#palette");
const field = dialog && find("input", dialog);
const found = dialog && find("#palette-found");
const about = dialog && find("[data-about]", dialog);
let opener = null;
let timer;
let asking;
let actions = [];
let thing = null; // the milestone that actions and dates are about
let chosen = false; // Tab chose it: only its actions are shown

function remember() {
  const title = document.title.replace(/ · Longpole$/, "");
  const here = location.pathname;
  if (document.documentElement.dataset.outcome === "failed" || !dialog) return;
  const others = kept(localStorage, RECENT, []).filter((one) => one.href !== here);
  keep(localStorage, RECENT, [{ href: here, title }, ...others].slice(0, 8));
}
remember();

function option(text, hint = "") {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  const words = document.createElement("span");
  words.className = "trunc";
  words.textContent = text;
  item.append(words);
  if (hint) {
    const keys = document.createElement("span");
    keys.className = "r";
    for (const part of hint.split(" ")) {
      const cap = document.createElement("span");
      cap.className = "kbd";
      cap.textContent = part.toUpperCase();
      keys.append(cap);
    }
    item.append(keys);
  }
  return item;
}

function group(label, entries) {
  const list = document.createElement("ul");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", label);
  const head = document.createElement("li");
  head.className = "h";
  head.setAttribute("role", "presentation");
  head.textContent = label;
  list.append(head, ...entries);
  return list;
}

const wordsOf = (control) => {
  if (control.dataset.label || control.ariaLabel) return control.dataset.label || control.ariaLabel;
  const copy = (control.closest("label") ?? control).cloneNode(true);
  for (const cap of all(".kbd, [aria-hidden=true]", copy)) cap.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
};

/** What else can be done here, read from the controls that print a key. */
function actionsHere(text) {
  const item = find("[data-item][aria-current=true]");
  const controls = pageControls().filter(
    (one) => isSeen(one) && !one.closest(".side, dialog") && (!one.closest("[data-item]") || item?.contains(one)) && !repeats(one, thing),
  );
  actions = controls.filter((one) => wordsOf(one).toLowerCase().includes(text));
  return actions.map((control, index) => {
    const entry = option(wordsOf(control), control.dataset.key);
    entry.dataset.press = index;
    return entry;
  });
}

function thingActions(text, about = thing, most = 20) {
  const found = about ? doings(about, text).slice(0, most) : [];
  return found.length && group(dialog.dataset.onLabel.replace("#", about.key), found);
}

/** Actions that say what was typed; else the first few on the best match. */
function actionsFor(text, best) {
  return thingActions(text) || (!chosen && best && thingActions("", best, FEW));
}

function pageActions(text) {
  const found = actionsHere(text);
  return found.length && group(dialog.dataset.actionsLabel, found);
}

/** The other pages of the program one is in, as its tabs call them. */
const tabs = () => all(".tabs a:not([aria-current])").map((link) => {
  const entry = option(link.firstChild.textContent.trim());
  entry.dataset.href = link.href;
  return entry;
});

/** Where one can always go, and what can always be begun; with the first letters also the pages of the program. */
function places(text) {
  const start = find("#palette-start").content.cloneNode(true).firstElementChild;
  if (text) find(".h", start).after(...tabs());
  for (const entry of all("[role=option]", start)) if (!entry.textContent.toLowerCase().includes(text)) entry.remove();
  return find("[role=option]", start) ? start : 0;
}

function recent(text) {
  return kept(localStorage, RECENT, [])
    .filter((one) => one.href !== location.pathname && one.title.toLowerCase().includes(text))
    .slice(0, 5)
    .map((one) => {
      const entry = option(one.title);
      entry.dataset.href = one.href;
      return entry;
    });
}

const options = () => all("[role=option]", found);

function choose(entry) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === entry));
  if (!entry) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", entry.id);
  return entry.scrollIntoView({ block: "nearest" });
}

function settle() {
  options().forEach((entry, index) => { entry.id = `palette-${index}`; });
  choose(options()[0]);
}

function show(...parts) {
  found.replaceChildren(...parts.filter(Boolean));
  settle();
}

function local() {
  const lately = recent("");
  return [lately.length && group(dialog.dataset.recentLabel, lately), thingActions(""), pageActions(""), places("")];
}

function mark(text) {
  for (const node of all("[role=option] .trunc", found)) {
    const first = node.firstChild;
    const at = first?.nodeType === 3 ? first.data.toLowerCase().indexOf(text) : -1;
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(first, at);
    range.setEnd(first, at + text.length);
    range.surroundContents(document.createElement("mark"));
  }
}

async function ask(text) {
  asking?.abort();
  asking = new AbortController();
  try {
    const query = new URLSearchParams({ q: text, in: dialog.dataset.in, ...(thing && { on: thing.url }) });
    const answer = await fetch(`${dialog.dataset.search}?${query}`, {
      headers: { "HX-Request": "true", "HX-Target": "palette-found" },
      signal: asking.signal,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const results = [...page.body.children];
    const words = text.toLowerCase();
    const first = results.filter((one) => !one.matches("[data-after]"));
    const after = results.filter((one) => one.matches("[data-after]"));
    show(...(chosen ? first.filter((one) => find("[data-post]", one)) : first), actionsFor(words, thingOf(find("[role=option]", first[0] ?? page.body))),
      ...(chosen ? [] : [pageActions(words), ...after]));
    if (!options().length) found.append(find("#palette-none").content.cloneNode(true));
    mark(text.toLowerCase());
  } catch (error) {
    if (error.name !== "AbortError") show(find("#palette-failed").content.cloneNode(true));
  }
}

function update() {
  clearTimeout(timer);
  asking?.abort();
  const typed = field.value.trim();
  const text = typed.replace(/^>\s*/, "").toLowerCase();
  if (typed.startsWith(">")) return show(thingActions(text), pageActions(text), places(text));
  if (!text) return show(...(chosen ? [thingActions("")] : local()));
  timer = setTimeout(() => ask(typed), 120);
  return undefined;
}

/** Make a milestone the one that actions are about; null steps back to what the page is about. */
function turnTo(other) {
  chosen = Boolean(other);
  thing = other ?? thingHere();
  about.textContent = chosen ? thing.key : "";
  about.hidden = !chosen;
  field.value = "";
  field.placeholder = field.dataset.words;
  update();
}

function askDate(about) {
  turnTo(about);
  field.placeholder = field.dataset.date;
  show();
}

function run(entry) {
  const control = actions[entry.dataset.press];
  const { post, do: doing, press, href } = entry.dataset;
  if (doing !== undefined && doIt(entry)) return askDate(entry.about);
  dialog.close();
  if (post && doing === undefined) moveTo(entry, thing);
  else if (href) location.assign(href);
  else if (press === undefined) return undefined;
  else if (control?.matches("input:not([type=radio], [type=checkbox]), textarea, select")) control.focus();
  else control?.click();
  return undefined;
}

export function openPalette() {
  if (!dialog) return false;
  if (!dialog.open) {
    opener = document.activeElement;
    dialog.showModal();
    turnTo(null);
    field.focus();
  }
  return true;
}

if (dialog) {
  on("input", update, field);
  on("submit", (event) => {
    const entry = find("[aria-selected=true]", found);
    if (!entry) return;
    event.preventDefault();
    run(entry);
  }, dialog);
  on("keydown", (event) => {
    const picked = find("[aria-selected=true]", found);
    if (event.key === "Tab") {
      event.preventDefault();
      const other = event.shiftKey ? null : thingOf(picked) ?? (chosen ? null : thingHere());
      if (other || event.shiftKey) turnTo(other);
      return;
    }
    if (event.key === "Backspace" && chosen && !field.value) turnTo(null);
    const list = options();
    const at = list.findIndex((entry) => entry.getAttribute("aria-selected") === "true");
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: event.ctrlKey ? 0 : -9, End: event.ctrlKey ? list.length - 1 : -9 }[event.key];
    if (to === undefined || to === -9 || !list.length) return;
    event.preventDefault();
    choose(list[(to + list.length) % list.length]);
  }, field);
  on("click", (event) => {
    const entry = event.target.closest("[role=option]");
    if (entry) run(entry);
    else if (event.target === dialog) dialog.close();
  }, dialog);
  on("close", () => opener?.focus?.(), dialog);
  on("click", (event) => {
    if (!event.target.closest?.("[data-palette]") || event.ctrlKey || event.metaKey) return;
    if (openPalette()) event.preventDefault();
  });
}

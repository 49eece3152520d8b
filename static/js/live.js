// Open pages notice within seconds that somebody else changed something. A page asks with the tag it has; 304 costs nothing. When
// something changed the page is read again and what differs is put in place. Paused while the page is hidden or offline.
import { all, find, focus, on, putNote } from "./dom.js";
import { comparable, put, wasWritten } from "./morph.js";
import { folds } from "./shell.js";

const EVERY = 4000;
const BURST = 4; // pages read one after the other; then one for each PAUSE, so that a busy plan does not keep everybody reading
const PAUSE = 12_000;
const { live: address, at } = document.body.dataset;
const app = () => document.getElementById("app");
let known = address && app() ? comparable(app().cloneNode(true)) : null; // what the server last said
let tag = "";
let stopped = !known;
let running = false;
let due = false; // there is news that was not yet read
let mine = false; // it is of one's own hand: read at once
let swaps = 0; // answers of one's own that were put in place
let full = -Infinity; // when the reads so far are paid for, as a time

/** Whether the server has news; a first question says when the page was written. */
async function asks() {
  const headers = { "HX-Request": "true" };
  if (tag) headers["If-None-Match"] = tag;
  const answer = await fetch(tag ? address : `${address}?at=${at}`, { headers, cache: "no-store" });
  if ([401, 403, 404].includes(answer.status)) stopped = true; // signed out, or no longer a member: the next click says so
  if (answer.status !== 200) return false;
  const first = !tag;
  tag = answer.headers.get("ETag") ?? "";
  return !first || (await answer.json()).changed;
}

/** Where the person stood, to stand there again when that very thing was replaced. */
function place() {
  const element = document.activeElement;
  const ids = [element.id, element.closest("tr[id], li[id], [data-item][id], section[id]")?.id];
  return () => {
    if (document.activeElement !== document.body || element === document.body) return;
    const found = ids.map((id) => id && document.getElementById(id)).find(Boolean) ?? find("#main");
    focus(found.matches("tr, li, [data-item]") ? find("a, button", found) ?? found : found);
  };
}

async function readAgain() {
  const [where, before] = [location.href, swaps];
  const answer = await fetch(where, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.status !== 200 || answer.redirected || where !== location.href) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("app");
  if (!fresh) return;
  if (swaps !== before || find(".busy, .htmx-request", app())) {
    due = true; // an answer came meanwhile, or is on its way: what was read may be older, the next round reads again
    return;
  }
  comparable(fresh);
  const [back, folded] = [place(), folds()];
  const spared = put(app(), known, fresh);
  folded();
  back();
  known = fresh;
  full = Math.max(full, Date.now()) + PAUSE;
  for (const toast of all("#toasts [data-toast]", page)) find("#toasts")?.append(document.importNode(toast, true));
  if (page.title) document.title = page.title;
  for (const form of spared) if (!form.previousElementSibling?.matches("[data-put-note]")) putNote("note-meanwhile", form);
  const said = find("#live-said");
  if (said && wasWritten()) said.textContent = said.dataset.words;
  const panel = find("#panel");
  if (panel?.dataset.keyOf) document.dispatchEvent(new CustomEvent("longpole:changed", { detail: { key: panel.dataset.keyOf, elsewhere: true } }));
}

async function round() {
  if (running || stopped || document.hidden || !navigator.onLine) return;
  running = true;
  try {
    if (!mine) due = (await asks()) || due;
    if (mine || (due && full - Date.now() < BURST * PAUSE)) {
      due = mine = false;
      await readAgain();
    }
  } catch {
    /* the network is away: the next round asks again */
  }
  running = false;
  if (mine) round();
}

if (known) {
  setInterval(round, EVERY);
  on("htmx:beforeSwap", ({ detail }) => { // what an answer says of a part of the page is what the server last said of it
    if (detail.shouldSwap) swaps += 1;
    const answer = detail.shouldSwap && new DOMParser().parseFromString(detail.serverResponse, "text/html");
    for (const part of answer ? [...answer.body.children] : []) {
      if (part.id) known.querySelector(`#${CSS.escape(part.id)}`)?.replaceWith(comparable(part));
    }
  });
  on("visibilitychange", round);
  on("online", round, window);
  on("longpole:stale", () => { due = true; round(); }); // a fragment says that the forecast has caught up
  on("longpole:mine", () => { mine = true; round(); }); // an undo, on a page that shows what it took back
  round();
}

// The map: what hovering, focus and keys do. Every one of these has an address, so that it works without this too.
// Adjacency is read from the drawn lines; for what is not drawn the panel brings the names of everything up and down stream.
import { all, find, isTyping, on } from "./dom.js";
import { share } from "./view.js";

const map = find("#map");
const cv = find("#cv");
const dp = find("#dp");
const phone = window.matchMedia("(max-width: 720px)");
const away = () => (document.documentElement.dir === "rtl" ? -1 : 1);

const cards = new Map(cv ? all(".nd", cv).map((card) => [card.dataset.n, card]) : []);
const lines = cv ? all(".e", cv) : [];
const before = new Map();
const after = new Map();
const beside = new Map(); // every line at a card
function note(where, key, value, first) {
  const list = where.get(key) ?? [];
  if (first) list.unshift(value);
  else list.push(value);
  where.set(key, list);
}
for (const line of lines) {
  const { u, v } = line.dataset;
  note(beside, u, line);
  note(beside, v, line);
  if (line.classList.contains("rel")) continue;
  const first = line.classList.contains("c"); // a critical neighbour comes first
  note(after, u, v, first);
  note(before, v, u, first);
}

function reach(start, ways) {
  const seen = new Set();
  const waiting = [start];
  while (waiting.length) {
    for (const next of ways.get(waiting.pop()) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  seen.delete(start);
  return seen;
}

let hovered = [];
function hover(id) {
  for (const line of hovered) line.classList.remove("hv");
  hovered = (id && beside.get(id)) || [];
  for (const line of hovered) line.classList.add("hv");
}

let focused = "";
/** Keep a card and everything up and down stream of it; dim the rest. */
function light(id, up, down) {
  focused = id;
  cv.classList.add("fx");
  for (const [name, card] of cards) {
    card.classList.toggle("sel", name === id);
    card.classList.toggle("up", up.has(name));
    card.classList.toggle("dn", down.has(name));
    card.classList.toggle("dim", name !== id && !up.has(name) && !down.has(name));
  }
  const [above, below] = [new Set(up).add(id), new Set(down).add(id)];
  for (const line of lines) {
    const { u, v } = line.dataset;
    const lit = (above.has(u) && above.has(v)) || (below.has(u) && below.has(v));
    line.classList.toggle("on", lit);
    line.classList.toggle("near", lit && (u === id || v === id));
    line.classList.remove("dim");
  }
}

/** Scroll the canvas, and only that, until a card can be seen beside the frozen column and below the heads. */
function bring(card) {
  if (!card) return;
  const [box, view] = [card.getBoundingClientRect(), cv.getBoundingClientRect()];
  const label = find(".ln", cv).offsetWidth * level + 24;
  const [left, right] = away() > 0 ? [view.left + label, view.right - 40] : [view.left + 40, view.right - label];
  const [top, bottom] = [view.top + 48, view.bottom - 24];
  const need = (low, high, least, most) => (low < least ? low - least : high > most ? Math.min(high - most, low - least) : 0);
  cv.scrollBy({ left: need(box.left, box.right, left, right), top: need(box.top, box.bottom, top, bottom) });
}

const here = () => new URL(location.href);
function goTo(url) { location.assign(url); }

function withFocus(id, only) {
  const url = here();
  url.searchParams.set("focus", id);
  url.searchParams.delete("view");
  if (only) url.searchParams.set("only", "1");
  return url;
}

let asked;
async function openPanel(url) {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: asked.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    dp.innerHTML = await answer.text();
    dp.hidden = false;
    window.htmx?.process(dp);
    const streams = find("[data-up]", dp)?.dataset;
    const byDom = new Map([...cards].map(([name, card]) => [card.id, name]));
    const names = (text) => new Set((text ?? "").split(" ").map((dom) => byDom.get(dom)).filter(Boolean));
    if (streams) light(focused, names(streams.up), names(streams.down));
    bring(cards.get(focused));
  } catch (error) {
    if (error.name !== "AbortError") goTo(url); // the whole page says what is wrong
  }
}

function focusOn(id) {
  const card = cards.get(id);
  const url = withFocus(id);
  if (!card || map.hasAttribute("data-folded")) return goTo(url); // the server knows what is folded
  light(id, reach(id, before), reach(id, after));
  bring(card);
  history.pushState(null, "", url);
  return openPanel(url);
}

function clearFocus() {
  focused = "";
  cv.classList.remove("fx");
  for (const card of cards.values()) card.classList.remove("sel", "up", "dn", "dim");
  for (const line of lines) line.classList.remove("on", "near", "dim");
  const url = here();
  url.searchParams.delete("focus");
  history.pushState(null, "", url);
}

/** Esc: the panel, then the focus, then presets and filters. */
function stepOut() {
  const inside = dp.contains(document.activeElement);
  if (!dp.hidden) {
    dp.hidden = true;
    if (inside) cards.get(focused)?.focus();
    return true;
  }
  const field = find("#find");
  if (cv.classList.contains("finding")) {
    field.value = "";
    seek();
    return true;
  }
  const url = here();
  if (url.searchParams.get("only")) {
    url.searchParams.delete("only");
    goTo(url);
    return true;
  }
  if (focused) {
    clearFocus();
    return true;
  }
  const rest = find("[data-step=clear]");
  if (rest) goTo(rest.href);
  return Boolean(rest);
}

/** The next card of the same column, in the order one sees. */
function inColumn(card, by) {
  const column = [...card.classList].find((name) => /^c\d+$/.test(name));
  const list = all(`.nd.${column}`, cv).sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
  return list[list.indexOf(card) + by];
}

function step(card, key) {
  if (key === "ArrowUp" || key === "ArrowDown") return [inColumn(card, key === "ArrowUp" ? -1 : 1), ""];
  const onward = (key === "ArrowRight" ? 1 : -1) * away() > 0;
  const next = ((onward ? after : before).get(card.dataset.n) ?? [])[0];
  return [cards.get(next), onward ? map.dataset.feeds : map.dataset.waits];
}

function move(card, key) {
  const [next, direction] = step(card, key);
  if (!next) return;
  next.focus({ preventScroll: true });
  bring(next);
  if (direction) say(`${direction}: ${find(".tt", next).textContent}`);
}

function say(words) {
  const region = find("#map-says");
  region.textContent = "";
  region.textContent = words;
}

function seek() {
  const text = find("#find").value.trim().toLowerCase();
  cv.classList.toggle("finding", Boolean(text));
  for (const [name, card] of cards) card.classList.toggle("hit", `${name} ${find(".tt", card).textContent}`.toLowerCase().includes(text));
}

// Zoom and pan. The level is in the address, too.
const LEVELS = [0.4, 0.5, 0.6, 0.75, 0.9, 1, 1.25, 1.5];
let level = 1;
function zoom(to, remember = true) {
  level = Math.min(1.5, Math.max(0.25, to));
  find(".cv-in", cv).style.zoom = level;
  if (!remember) return;
  const url = here();
  if (level === 1) url.searchParams.delete("zoom");
  else url.searchParams.set("zoom", level.toFixed(2));
  history.replaceState(null, "", url);
}
function zoomBy(by) {
  if (!by) return zoom(Math.min(1, (cv.clientWidth / find(".cv-in", cv).scrollWidth) || 1));
  const next = by > 0 ? LEVELS.find((one) => one > level + 0.01) : [...LEVELS].reverse().find((one) => one < level - 0.01);
  return zoom(next ?? level);
}

function listen() {
  on("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const go = event.target.closest("[data-go], .nd[href]");
    const id = go?.dataset.go ?? go?.dataset.n;
    if (id && cards.has(id) && !cards.get(id).classList.contains("out")) {
      event.preventDefault();
      focusOn(id);
    }
  }, map);
  on("click", (event) => {
    if (!event.target.closest("[data-step=panel]")) return;
    event.preventDefault();
    stepOut();
  }, dp);
  on("mouseover", ({ target }) => hover(target.closest(".nd")?.dataset.n), cv);
  on("focusin", ({ target }) => hover(target.closest(".nd")?.dataset.n), cv);
  on("focusout", () => hover(""), cv);
  on("popstate", () => location.reload(), window);
  on("input", ({ target }) => target.id === "find" && seek());
  on("keydown", (event) => {
    if (event.target.id !== "find" || event.key !== "Enter") return;
    const hits = all(".nd.hit", cv);
    if (!event.target.value.trim() || !hits.length) return;
    event.preventDefault();
    hits[0].focus();
  });
  on("click", ({ target }) => { const button = target.closest("[data-zoom]"); if (button) zoomBy(Number(button.dataset.zoom)); });
  on("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(level * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }, cv);
  pan();
}

function pan() {
  let from = null;
  on("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button || event.target.closest(".nd, a, button, .ln")) return;
    from = [event.clientX + cv.scrollLeft, event.clientY + cv.scrollTop];
  }, cv);
  on("pointermove", (event) => {
    if (!from) return;
    cv.classList.add("pan");
    cv.scrollTo({ left: from[0] - event.clientX, top: from[1] - event.clientY, behavior: "instant" });
  }, window);
  on("pointerup", () => { from = null; cv.classList.remove("pan"); }, window);
}

/** Before the keys of every page: arrows, Esc, F and Shift F mean something of their own here. */
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || find("dialog[open]")) return;
  if (event.target.closest?.("details[open]")) return;
  if (event.key === "Escape" && (!isTyping(event.target) || event.target.id === "find")) {
    if (stepOut()) event.preventDefault(), event.stopPropagation();
    return;
  }
  if (isTyping(event.target)) return;
  const card = document.activeElement.closest?.(".nd");
  if (card && event.key.startsWith("Arrow")) {
    event.preventDefault();
    return void move(card, event.key);
  }
  if (document.body.dataset.keys === "off" || event.key.toLowerCase() !== "f") return;
  const id = card?.dataset.n ?? focused;
  if (!id || card?.matches(".out, .wh")) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.shiftKey) goTo(withFocus(id, true));
  else focusOn(id);
}

if (cv) {
  focused = here().searchParams.get("focus") ?? "";
  if (!cards.has(focused)) focused = "";
  const wanted = Number(here().searchParams.get("zoom"));
  if (wanted) zoom(wanted, false);
  if (focused && !phone.matches) bring(cards.get(focused));
  const now = find(".ch.now", cv); // with what is done there may be years before today
  if (!focused && now && now.offsetLeft > cv.clientWidth / 2 && away() > 0) cv.scrollTo({ left: now.offsetLeft - find(".ln", cv).offsetWidth, behavior: "instant" });
  for (const group of all(".zooms")) group.hidden = false;
  listen();
  document.addEventListener("keydown", keys, true);
}
share(say, map?.dataset.copied ?? "");

// The timeline: what hovering and keys do. Rows, folds and focus have addresses, so everything works without this too.
import { all, find, isTyping, on } from "./dom.js";
import { share } from "./view.js";

const tl = find("#tl");
const away = () => (document.documentElement.dir === "rtl" ? -1 : 1);
const seen = (row) => row?.getClientRects().length > 0;

/** Links that touch a row are drawn while it is pointed at or has the focus. */
const lines = new Map();
for (const line of tl ? all(".e[data-u]", tl) : []) {
  for (const end of [line.dataset.u, line.dataset.v]) lines.set(end, [...(lines.get(end) ?? []), line]);
}
let lit = [];
function light(row) {
  for (const one of lit) one.classList.remove("hv");
  lit = row ? [row, ...(lines.get(row.id) ?? [])] : [];
  for (const one of lit) one.classList.add("hv");
}

/** The row of the table that what is pointed at belongs to: its bar stands beside the table, in the same order. */
const rows = tl ? all("tbody tr", tl) : [];
const rowOf = new Map((tl ? all(".fc", tl) : []).map((bar, at) => [bar, rows[at]]));
const pointed = (target) => target.closest("tbody tr") ?? rowOf.get(target.closest(".fc"));

function say(words) {
  const region = find("#tl-says");
  if (!region) return;
  region.textContent = "";
  region.textContent = words;
}

const handle = (row) => row && find(".tw, .lk", row);

/** The row above or below, groups too. */
function beside(row, by) {
  const there = rows.filter(seen);
  return there[there.indexOf(row) + by];
}

/** The first row a link leads to: onward in time, or back. What is folded away or on another page has none. */
function along(row, onward) {
  const ids = ((onward ? row.dataset.feeds : row.dataset.waits) ?? "").split(" ");
  const there = ids.map((id) => id && document.getElementById(id)).filter(seen);
  const critical = there.find((one) => (lines.get(row.id) ?? []).some((line) => line.classList.contains("c") && [line.dataset.u, line.dataset.v].includes(one.id)));
  return critical ?? there[0];
}

function move(row, key) {
  const up = key === "ArrowUp";
  if (up || key === "ArrowDown") return handle(beside(row, up ? -1 : 1))?.focus();
  const onward = (key === "ArrowRight" ? 1 : -1) * away() > 0;
  const next = along(row, onward);
  if (!next) return;
  handle(next).focus();
  say(`${onward ? tl.dataset.feeds : tl.dataset.waits}: ${handle(next).textContent}. ${find(".pl .vh", next).textContent}`);
}

function stepOut() {
  const step = find("[data-step=focus]") ?? find("[data-step=clear]");
  if (step) location.assign(step.href);
  return Boolean(step);
}

/** Before the keys of every page: arrows, Esc and F mean something of their own here. */
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || find("dialog[open], details.menu[open]")) return;
  if (event.key === "Escape" && (!isTyping(event.target) || event.target.id === "find")) {
    if (stepOut()) event.preventDefault(), event.stopPropagation();
    return;
  }
  const row = !isTyping(event.target) && event.target.closest?.("#tl tbody tr");
  if (!row) return;
  if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    move(row, event.key);
  } else if (event.key.toLowerCase() === "f" && !event.shiftKey && document.body.dataset.keys !== "off" && row.dataset.focusUrl) {
    event.preventDefault();
    event.stopPropagation();
    location.assign(`${row.dataset.focusUrl}#${row.id}`);
  }
}

if (tl) {
  on("mouseover", ({ target }) => light(pointed(target)), tl);
  on("mouseleave", () => light(document.activeElement.closest?.("#tl tr")), tl);
  on("focusin", ({ target }) => light(target.closest("tr")), tl);
  on("focusout", () => light(null), tl);
  document.addEventListener("keydown", keys, true);
  const focused = find("tr.sel", tl);
  if (focused) {
    handle(focused).focus({ preventScroll: true });
    focused.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  }
  const now = Number(tl.dataset.now);
  if (away() > 0 && now > tl.clientWidth / 2) tl.scrollTo({ left: now - 120, behavior: "instant" });
}
share(say, tl?.dataset.copied ?? "");

// A page that is loaded again because something on it was taken back stays where the person was: scrolled as it was, focus and all.
import { all, find, keep, kept, on } from "./dom.js";

const KEY = "longpole-place";
const FRESH = 30_000;
const THINGS = "a[href], button, input, select, textarea, summary, [tabindex]";

let last = null; // what had the focus before the toast did
on("focusin", ({ target }) => { if (!target.closest("#toasts")) last = target; });

const address = () => location.pathname + location.search;

/** How to find an element again: by its id, or as the so-manieth thing to reach in the nearest one that has one. */
function pathTo(element) {
  if (!element?.isConnected || element === document.body) return null;
  const holder = element.closest("[id]");
  return holder && { id: holder.id, at: holder === element ? -1 : all(THINGS, holder).indexOf(element) };
}

function there({ id, at }) {
  const holder = document.getElementById(id);
  return at < 0 ? holder : holder && all(THINGS, holder)[at];
}

on("htmx:beforeOnLoad", ({ detail }) => {
  if (detail.xhr.getResponseHeader("HX-Redirect") !== address()) return;
  const boxes = all("#main [id], #main").filter((box) => box.scrollTop || box.scrollLeft);
  const scrolled = boxes.map((box) => [box.id, box.scrollLeft, box.scrollTop]);
  keep(sessionStorage, KEY, { address: address(), at: Date.now(), top: window.scrollY, scrolled, focus: pathTo(last) });
});

const was = kept(sessionStorage, KEY, null);
if (was) sessionStorage.removeItem(KEY);
if (was && was.address === address() && Date.now() - was.at < FRESH && !find("[data-focus]")) {
  on("load", () => { // once the page has put itself where it would stand at first
    const element = was.focus && there(was.focus);
    element?.focus({ preventScroll: true });
    for (const [id, left, top] of was.scrolled) document.getElementById(id)?.scrollTo({ left, top, behavior: "instant" });
    window.scrollTo({ top: was.top, behavior: "instant" });
  }, window);
}

// Open pages notice that somebody else changed something: data-live="/address" asks every few seconds with the ETag it has.
// 304 costs nothing; 200 is swapped in. Paused while hidden, and while somebody types inside.
import { all, isTyping, on } from "./dom.js";

const EVERY = 5000;
const seen = new WeakMap();

async function look(region) {
  if (region.contains(document.activeElement) && isTyping(document.activeElement)) return;
  const tag = seen.get(region) ?? region.dataset.etag;
  const headers = { "HX-Request": "true", "HX-Target": region.id };
  if (tag) headers["If-None-Match"] = tag;
  const answer = await fetch(region.dataset.live, { headers, cache: "no-store" });
  if (answer.status !== 200 || answer.redirected) return;
  const fresh = answer.headers.get("ETag");
  seen.set(region, fresh);
  if (!tag && !region.dataset.liveFirst) return;
  const body = await answer.text();
  window.htmx.swap(region, body, { swapStyle: region.dataset.liveSwap ?? "innerHTML", settleDelay: 0 });
}

let running = false;
async function round() {
  if (running || document.hidden || !navigator.onLine) return;
  running = true;
  await Promise.allSettled(all("[data-live]").map(look));
  running = false;
}
if (all("[data-live]").length) setInterval(round, EVERY);
on("visibilitychange", round);

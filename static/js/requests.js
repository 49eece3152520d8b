// What goes out and comes back: the CSRF token, busy buttons, and a note in place when the server does not answer.
import { all, find, on, putNote } from "./dom.js";
import { begun } from "./morph.js";

on("htmx:configRequest", ({ detail }) => {
  const token = find("meta[name=csrf-token]")?.content;
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token;
  const own = detail.elt.closest?.("form");
  if (all("#main form[method=post]").some((form) => form !== own && begun(form))) detail.headers["X-Typed"] = "1";
});

/** Busy keeps its width, says so, and ignores repeat clicks. */
function busy(button, is) {
  if (!button?.matches?.(".btn")) return;
  button.classList.toggle("busy", is);
  if (is) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
}

const submitterOf = ({ detail }) => detail.requestConfig?.triggeringEvent?.submitter ?? detail.elt;

on("htmx:beforeRequest", (event) => {
  const button = submitterOf(event);
  if (button?.getAttribute?.("aria-busy") === "true") return event.preventDefault();
  busy(button, true);
  return undefined;
});
on("htmx:afterRequest", (event) => busy(submitterOf(event), false));

on("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.closest("[hx-post], [hx-get], [data-hx-post]")) return;
  if (!navigator.onLine) {
    event.preventDefault(); // or the browser's own page would take this one's place, with what was typed
    const note = putNote("note-offline", form);
    if (note) on("click", () => { note.remove(); form.requestSubmit(event.submitter); }, find("[data-again]", note));
    return;
  }
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  busy(event.submitter, true);
});
// Back brings a page out of the browser's memory as it was left: let it be used again.
on("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".btn.busy")) busy(button, false);
}, window);

function wordsOn(button) {
  const copy = button.cloneNode(true);
  for (const extra of all(".kbd, .vh, .d", copy)) extra.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

/** What a note about this element stands before; a toolbar keeps a place of its own. */
const notePlace = (elt) => find(":scope > [data-note-place]", elt) ?? elt.closest("form, [data-item], section, .panel");

const retried = new WeakSet();

function failed({ detail }, offline) {
  const { elt, requestConfig: sent } = detail;
  if (!sent) return;
  const again = () => window.htmx.ajax(sent.verb, sent.path, { source: elt, target: detail.target, values: sent.unfilteredParameters });
  if (sent.verb === "get") {
    if (!retried.has(elt)) {
      retried.add(elt);
      setTimeout(again, 2000);
      return;
    }
    retried.delete(elt);
  }
  const place = notePlace(elt) ?? elt;
  const name = offline ? "note-offline" : sent.verb === "get" ? "note-unread" : "note-failed";
  const note = putNote(name, place);
  if (note) note.dataset.verb = sent.verb;
  const [lead, button] = note ? [find("[data-named]", note), submitterOf({ detail })] : [];
  if (lead && elt.closest("[data-item]") && button?.matches?.("button")) lead.textContent = lead.dataset.named.replace("…", wordsOn(button));
  if (note) on("click", () => { note.remove(); again(); }, find("[data-again]", note));
}

on("htmx:responseError", (event) => event.detail.xhr.status >= 500 && failed(event, false));
on("htmx:sendError", (event) => failed(event, !navigator.onLine));
on("htmx:timeout", (event) => failed(event, false));
on("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  const note = notePlace(detail.elt)?.previousElementSibling;
  const { verb } = detail.requestConfig; // a preview that was read says nothing of a save that was not kept
  if (note?.matches("[data-put-note]") && (note.dataset.verb ?? verb) === verb) note.remove();
});
on("click", (event) => event.target.closest?.("[data-close-note]")?.closest("[data-put-note], .note")?.remove());

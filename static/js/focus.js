// After a swap the focus is where the person left it; else on its row; else on the heading of what was swapped.
import { find, focus, isSeen, on } from "./dom.js";

let before = null;

on("htmx:beforeSwap", ({ detail }) => {
  const element = document.activeElement;
  if (!element || element === document.body) return;
  before = { id: element.id, row: element.closest("[data-item][id], tr[id], li[id]")?.id, inside: detail.target?.contains(element) };
});

on("htmx:afterSettle", ({ detail }) => {
  const wanted = detail.elt.matches?.("[data-focus]") ? detail.elt : find("[data-focus]", detail.elt);
  const was = before;
  before = null;
  if (wanted) {
    wanted.removeAttribute("data-focus");
    return focus(wanted);
  }
  if (!was?.inside || (document.activeElement && document.activeElement !== document.body)) return undefined;
  const place = [was.id, was.row].map((id) => id && document.getElementById(id)).find((found) => found && isSeen(found));
  const target = document.getElementById(detail.target?.id) ?? detail.elt;
  const heading = place ?? find("h1, h2, h3", target) ?? target;
  if (heading?.isConnected) focus(heading.matches("tr, li, [data-item]") ? find("a, button", heading) ?? heading : heading);
  return undefined;
});

// A page sent whole, with something to look at first: the summary of what to fix.
const first = find("[data-focus]");
if (first) {
  first.removeAttribute("data-focus");
  focus(first);
}

// Links of the summary go to the field itself.
on("click", (event) => {
  const link = event.target.closest?.("[data-to-field]");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  focus(field.matches("input, select, textarea") ? field : find("input, select, textarea", field) ?? field);
});

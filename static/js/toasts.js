// Six seconds, longer while hovered or focused. Errors are notes in place, never toasts.
import { current, linkOf } from "./cursor.js";
import { all, find, focus, on } from "./dom.js";

const TIME = 6000;
const region = find("#toasts");

/** Take it away. Whoever stood in it goes on at the row with the cursor, else at the heading of the page. */
function close(toast) {
  const inside = toast.contains(document.activeElement);
  toast.remove();
  const row = inside && current();
  if (row) focus(linkOf(row));
  else if (inside) focus(find("#main h1") ?? find("#main"));
}

function start(toast) {
  for (const older of all("[data-key]", region)) if (!toast.contains(older)) delete older.dataset.key; // Z is about the newest
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => close(toast), TIME); };
  const hold = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) on(name, hold, toast);
  for (const name of ["pointerleave", "focusout"]) on(name, () => toast.matches(":hover, :focus-within") || wait(), toast);
  on("click", (event) => event.target.closest("[data-dismiss]") && close(toast), toast);
  on("htmx:afterRequest", ({ detail }) => detail.successful && close(toast), toast);
  requestAnimationFrame(wait); // from when it can be seen: a long list may take its time to be drawn
}

if (region) {
  all("[data-toast]", region).forEach(start);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const added of change.addedNodes) if (added.matches?.("[data-toast]")) start(added);
    }
  }).observe(region, { childList: true });
}

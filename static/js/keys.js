// Keys. A control says its own key: data-key="c", or data-key="g m" for two in a row. Lists say data-list, their rows data-item.
// Single letters never fire in a field and can be switched off (data-keys="off" on body).
import { all, find, focus, isSeen, isTyping, on } from "./dom.js";
import { current, step } from "./cursor.js";
import { openPalette } from "./palette.js";
import { stepOut } from "./panel.js";
import { pick } from "./select.js";
import { foldSidebar } from "./shell.js";

const lettersOff = () => document.body.dataset.keys === "off";
let prefix = "";
let prefixTimer;

/** The control for a key: in the current item first, then one that belongs to no item, then an only item's own. */
function controlFor(key) {
  const found = all(`[data-key="${CSS.escape(key)}"]`).filter((one) => isSeen(one) || one.closest(".side, [data-keys-on]"));
  const here = current();
  const inHere = here && found.find((one) => here.contains(one));
  const [last] = found.filter((one) => one.matches("[data-key-last]")); // for when nothing on the page has the key
  const rest = found.filter((one) => one !== last);
  return inHere ?? rest.find((one) => !one.closest("[data-item]")) ?? (rest.length === 1 ? rest[0] : last);
}

function press(key) {
  const control = controlFor(key);
  if (!control) return false;
  const asks = control.matches("input:not([type=radio], [type=checkbox]), textarea, select, [data-key-focus]");
  if (asks) focus(control); // a choice is shown, Enter makes it
  else control.click();
  return true;
}

function findOnPage() {
  const field = all("[data-find], main input[type=search]").find(isSeen);
  if (!field) return openPalette();
  field.focus();
  field.select?.();
  return true;
}

function openSheet() {
  const sheet = find("#keys");
  if (!sheet || sheet.open) return false;
  sheet.showModal();
  return true;
}

function act(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (prefix) {
    const both = `${prefix} ${key}`;
    prefix = "";
    return press(both);
  }
  if (event.key === "?") return openSheet();
  if (key === "/") return findOnPage();
  if (key === "[") return foldSidebar(), true;
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "x") return pick(event.shiftKey);
  if (key === "Escape") return stepOut();
  if (key === "g") {
    prefix = "g";
    clearTimeout(prefixTimer);
    prefixTimer = setTimeout(() => { prefix = ""; }, 1200);
    return true;
  }
  return key.length === 1 && press(key);
}

on("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    if (openPalette()) event.preventDefault();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || find("dialog[open]")) return;
  if (lettersOff() && event.key !== "Escape") return;
  if (act(event)) event.preventDefault();
});

on("click", (event) => {
  if (event.target.closest?.("[data-keys-sheet]") && event.shiftKey) {
    event.preventDefault();
    openSheet();
  }
});

// The frame: sidebar folded or not, menus that close, theme tried before it is saved, the offline line, printing.
import { all, find, keep, kept, on } from "./dom.js";

const app = find("#app");
const narrow = window.matchMedia("(max-width: 1100px)");

export function foldSidebar() {
  if (!app) return;
  const name = narrow.matches ? "full" : "railed";
  const is = app.classList.toggle(name);
  if (!narrow.matches) keep(localStorage, "longpole-folded", is);
}
if (app && kept(localStorage, "longpole-folded", false)) app.classList.add("railed");

on("click", ({ target }) => {
  for (const menu of all("details.menu[open], .mobar details[open]")) if (!menu.contains(target)) menu.open = false;
  if (target.closest?.("[data-print]")) window.print();
  const opener = target.closest?.("[data-dialog]");
  if (opener) find(opener.dataset.dialog)?.showModal();
});
on("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open], .mobar details[open]");
  if (!menu) return;
  menu.open = false;
  find("summary", menu).focus();
});

// A menu that asks for something is opened to write in it.
document.addEventListener("toggle", ({ target }) => target.open && find("[data-first]", target)?.focus(), true);

on("change", ({ target }) => {
  if (!target.matches?.("[data-theme-choice]")) return;
  if (target.value) document.documentElement.dataset.theme = target.value;
  else delete document.documentElement.dataset.theme;
});

// Fields that only make sense for one answer: data-when="status=blocked" on their box.
function showWhen(form) {
  for (const box of all("[data-when]", form)) {
    const [name, value] = box.dataset.when.split("=");
    const field = form.elements[name];
    box.hidden = (field?.value ?? "") !== value;
  }
}
on("change", ({ target }) => target.form && showWhen(target.form));
for (const form of all("form")) showWhen(form);
on("htmx:afterSettle", ({ detail }) => all("form", detail.elt.parentElement ?? document).forEach(showWhen));

const line = find("#offline");
const tell = () => { if (line) line.hidden = navigator.onLine; };
for (const name of ["online", "offline"]) on(name, tell, window);
tell();

// On a phone what is second-rank begins folded, and opens when the window grows; without script it stands open. Paper shows it either way.
const phone = window.matchMedia("(max-width: 720px)");
/** Remember which of them stand open; what this returns makes them so again, also where one was replaced. */
export function folds() {
  const nameOf = (one) => find("summary", one).getAttribute("aria-labelledby");
  const open = new Map(all("[data-fold-m]").map((one) => [nameOf(one), one.open]));
  return () => { for (const one of all("[data-fold-m]")) one.open = open.get(nameOf(one)) ?? !phone.matches; };
}
const fold = () => { for (const one of all("[data-fold-m]")) one.open = !phone.matches; };
if (phone.matches) fold();
on("change", fold, phone);

// The bar of the row with the cursor: its buttons carry the keys 1–4, D, S, C, H and post for that row.
import { find, focus, on } from "./dom.js";
import { current, linkOf } from "./cursor.js";
import { openPanel } from "./panel.js";

const bar = find("#row-bar");

on("longpole:cursor", ({ detail }) => {
  if (bar && detail.item) find("[data-row-key]", bar).textContent = detail.item.id;
});

/** The word is shown before the server has kept it; the row that comes back, or the old one, takes its place. */
function presume(row, button) {
  const cell = find(".how", row);
  const was = [...cell.childNodes];
  const glyph = find("svg", button).cloneNode(true);
  const mark = document.createElement("span");
  mark.className = `st ${[...button.classList].find((name) => name.startsWith("s-"))}`;
  mark.append(glyph, button.dataset.label ?? button.childNodes[1].textContent.trim());
  cell.replaceChildren(mark);
  cell.setAttribute("aria-busy", "true");
  return () => {
    if (!cell.isConnected) return;
    cell.replaceChildren(...was);
    cell.removeAttribute("aria-busy");
  };
}

function post(row, button) {
  if (find(".how[aria-busy]", row)) return;
  const back = button.dataset.said ? presume(row, button) : () => {};
  const values = { from: "list", ...(button.dataset.said && { said: button.dataset.said }) };
  window.htmx.ajax("POST", `${linkOf(row).pathname}/${button.dataset.rowPost}`, { source: bar, target: "#list-note", swap: "none", values })
    .then(back, back);
}

function openAt(row, place) {
  const [name, value] = place.split("=");
  const after = !place ? null : () => {
    const panel = find("#panel");
    if (name === "date") return focus(find("[data-key=d]", panel) ?? find("#panel-h", panel));
    const choice = find(`#update input[name="${name}"][value="${value}"]`, panel);
    if (!choice) return focus(find("#panel-h", panel));
    choice.click();
    return focus(find("#update [data-when] input", panel) ?? choice);
  };
  openPanel(linkOf(row), { after });
}

if (bar) {
  on("click", (event) => {
    const button = event.target.closest("[data-row-post], [data-row-open]");
    const row = current();
    if (!button || !row) return;
    if (button.dataset.rowPost) post(row, button);
    else openAt(row, button.dataset.rowOpen);
  }, bar);
  on("longpole:changed", ({ detail }) => {
    for (const key of detail.keys ?? [detail.key]) document.getElementById(key)?.querySelector(".how")?.removeAttribute("aria-busy");
  });
}


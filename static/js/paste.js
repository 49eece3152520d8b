// A grid of cells that behaves like a sheet: a block pasted into a cell spreads over its neighbours, Enter and the arrows go up
// and down. Without it the same cells are a form.
import { all, find, isSeen, on } from "./dom.js";

const cells = (row) => all("input.cell", row);
const isBlock = (text) => /[\t\n]/.test(text.replace(/\n+$/, ""));

/** The text of a spreadsheet's clipboard as rows of cells; a quoted cell may hold line breaks. */
function block(text) {
  const rows = [[""]];
  let quoted = false;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  for (let at = 0; at < clean.length; at += 1) {
    const letter = clean[at];
    const row = rows[rows.length - 1];
    const last = row.length - 1;
    if (quoted && letter === '"' && clean[at + 1] === '"') {
      row[last] += '"';
      at += 1;
    } else if (letter === '"' && (quoted || row[last] === "")) quoted = !quoted;
    else if (!quoted && letter === "\t") row.push("");
    else if (!quoted && letter === "\n") rows.push([""]);
    else row[last] += letter === "\n" ? " " : letter;
  }
  return rows;
}

/** One more row like the last, empty. */
function addRow(body) {
  const last = body.lastElementChild;
  const row = last.cloneNode(true);
  const number = body.children.length + 1;
  const old = String(number - 1);
  row.firstElementChild.textContent = number;
  for (const cell of cells(row)) {
    cell.value = "";
    cell.id = cell.id.replace(/^c\d+/, `c${number}`);
    cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(old, String(number)));
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    cell.closest("td").classList.remove("bad");
    while (cell.nextElementSibling) cell.nextElementSibling.remove();
  }
  row.lastElementChild.replaceChildren();
  body.append(row);
  return row;
}

function spread(cell, text) {
  const body = cell.closest("[data-rows]");
  const most = Number(cell.form.dataset.most);
  let row = cell.closest("tr");
  const from = cells(row).indexOf(cell);
  for (const line of block(text)) {
    row ??= body.children.length < most ? addRow(body) : null;
    if (!row) break;
    const targets = cells(row).slice(from);
    line.slice(0, targets.length).forEach((value, place) => { targets[place].value = value.trim(); });
    row = row.nextElementSibling;
  }
  cell.dispatchEvent(new Event("change", { bubbles: true }));
}

on("paste", (event) => {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const { target } = event;
  if (target.matches?.("input.cell") && isBlock(text)) {
    event.preventDefault();
    spread(target, text);
  } else if (target.matches?.("[data-paste-text]") && isBlock(text) && !target.value.trim()) {
    setTimeout(() => find("[value=read]", target.form).click());
  }
});

on("keydown", (event) => {
  const { target, key } = event;
  if (!target.matches?.("input.cell") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const down = key === "ArrowDown" || (key === "Enter" && !event.shiftKey);
  if (!down && key !== "ArrowUp" && key !== "Enter") return;
  event.preventDefault();
  const row = target.closest("tr");
  let next = row;
  do next = down ? next.nextElementSibling : next.previousElementSibling; while (next && !isSeen(next)); // others may be off view
  const to = next && cells(next)[cells(row).indexOf(target)];
  to?.focus();
  to?.select();
});

// A file is not swapped in: the browser saves it, and the page stays as it is. Offline the form goes the other way, and says so.
document.addEventListener("submit", (event) => {
  if (event.submitter?.matches(".paste [value=reasons]") && navigator.onLine) event.stopPropagation();
}, true);

// What the summary leads to may be off view.
on("click", (event) => {
  const cell = document.getElementById(event.target.closest?.(".paste [data-to-field]")?.hash.slice(1));
  if (!cell || isSeen(cell)) return;
  find("[name=show][value=all]", cell.form).checked = true;
  cell.focus();
});

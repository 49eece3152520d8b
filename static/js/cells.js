// Cells of the milestones list, edited where they stand. A click or F2 opens one, Enter saves, Esc leaves, Tab saves and goes on.
// Left and right move from cell to cell of a row. The server writes the form and the row; a conflict stands in the same place.
import { all, find, focus, on } from "./dom.js";
import { current, linkOf, mark } from "./cursor.js";

const EDITED = ["name", "status", "workstream", "owner", "target", "forecast"];
const wide = window.matchMedia("(min-width: 861px)");
let open = null; // {box, key, name, start: what the form held when it opened}
let next = null; // where to go once the row came back: {key, name, edit}

const tableOf = (element) => element?.closest?.("table[data-cells]");
const nameOf = (cell) => {
  const head = tableOf(cell)?.tHead.rows[0].cells[cell.cellIndex];
  const name = find("[id^=sort-]", head)?.id.slice(5);
  return EDITED.includes(name) ? name : "";
};
const cellsOf = (row) => [...row.cells].filter((cell) => nameOf(cell) && cell.getClientRects().length);
const cellAt = (key, name) => {
  const row = document.getElementById(key);
  return row && cellsOf(row).find((cell) => nameOf(cell) === name);
};

function stand(cell) {
  if (nameOf(cell) === "name") return focus(linkOf(cell.parentElement));
  cell.tabIndex = -1;
  return cell.focus();
}

function close() {
  open?.box.remove();
  open = null;
}

function edit(cell) {
  const row = cell.parentElement;
  close();
  mark(row);
  const box = document.createElement("div");
  box.className = "cell-box";
  cell.append(box);
  open = { box, key: row.id, name: nameOf(cell) };
  const path = `${linkOf(row).pathname}/cell/${open.name}`;
  return window.htmx.ajax("GET", path, { target: box, swap: "innerHTML" });
}

/** The cell before or after this one in its row; at the end of a row, the first of the next. */
function beside(cell, by) {
  const row = cell.parentElement;
  const list = cellsOf(row);
  const place = list.indexOf(cell) + by;
  if (list[place]) return list[place];
  const other = by > 0 ? row.nextElementSibling : row.previousElementSibling;
  const cells = other?.matches("[data-item]") ? cellsOf(other) : [];
  return by > 0 ? cells[0] : cells.at(-1);
}

const valuesOf = (form) => JSON.stringify([...new FormData(form)]);

/** Tab: save what changed and go on to the neighbour, or only go on. */
function goOn(form, by) {
  const cell = open.box.parentElement;
  const to = beside(cell, by);
  const place = to && { key: to.parentElement.id, name: nameOf(to), edit: true };
  if (valuesOf(form) !== open.start) {
    next = place ?? { key: open.key, name: open.name };
    form.requestSubmit();
    return;
  }
  close();
  if (to) edit(to);
  else stand(cell);
}

function inForm(event, form) {
  const fields = all("input:not([type=hidden]), select, textarea", form);
  const at = fields.indexOf(event.target);
  if (event.key === "Escape") {
    const cell = open.box.parentElement;
    close();
    stand(cell);
  } else if (event.key === "Enter" && event.target.matches("select")) {
    form.requestSubmit();
  } else if (event.key === "Tab" && at >= 0 && form.matches(".cell-form")) {
    const by = event.shiftKey ? -1 : 1;
    if (fields[at + by]) return;
    goOn(form, by);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function inRow(event, row) {
  const cell = event.target.closest("td");
  const list = cellsOf(row);
  const at = cell ? list.indexOf(cell) : 0;
  const enter = event.key === "Enter" && event.target === cell;
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "F2" || enter) edit(list[at] ?? list[0]);
  else if (by && list[at + by] && !event.target.matches("input, select")) stand(list[at + by]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

on("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const form = open && event.target.closest?.(".cell-box form");
  if (form) return inForm(event, form);
  const row = event.target.closest?.("[data-item]") ?? (event.key === "F2" ? current() : null);
  if (row && tableOf(row) && wide.matches) inRow(event, row);
  return undefined;
}, window);

on("click", (event) => {
  if (event.target.closest?.("[data-cell-cancel]") && open) {
    event.preventDefault();
    const cell = open.box.parentElement;
    close();
    return stand(cell);
  }
  const cell = event.target.closest?.("td");
  const busy = event.target.closest?.("a, button, input, select, label, .cell-box");
  if (busy || !cell || !tableOf(cell) || !wide.matches || !nameOf(cell) || window.getSelection()?.toString()) return undefined;
  return edit(cell);
});

on("htmx:beforeRequest", ({ detail }) => {
  if (open?.box.contains(detail.elt) && detail.requestConfig.verb === "post") next ??= { key: open.key, name: open.name };
});
on("htmx:afterRequest", ({ detail }) => {
  if (open?.box.contains(detail.elt) && detail.xhr.status !== 200) next = null; // the form is back with what to put right
});
on("htmx:afterSettle", () => {
  const form = open && find(".cell-form", open.box);
  if (form) open.start ??= valuesOf(form);
});
// The row came back: the cell is closed with it, and the focus goes where Enter or Tab sent it.
on("htmx:oobAfterSwap", () => {
  if (open && !open.box.isConnected) open = null;
  const place = next;
  const cell = place && cellAt(place.key, place.name);
  if (!cell) return;
  next = null;
  setTimeout(() => (place.edit ? edit(cellAt(place.key, place.name)) : stand(cellAt(place.key, place.name))));
});

// What was typed is never lost: kept in this tab when a save ends at sign-in, a refusal or a failing server,
// and put back when the form is seen again. Passwords and files are never kept.
import { all, find, keep, kept, on, putNote } from "./dom.js";

const KEY = "longpole-typed";
const FRESH = 60 * 60 * 1000;

const nameOf = (form) => form.id || form.getAttribute("action") || form.getAttribute("hx-post") || "form";
const worth = (form) => form.method === "post" && !form.matches("[data-no-rescue]") && !find("[type=password]", form);
const fields = (form) =>
  all("input, select, textarea", form).filter(
    (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["hidden", "file", "submit", "button"].includes(field.type),
  );

function read(form) {
  return fields(form).map((field) => {
    if (field.matches("[type=checkbox], [type=radio]")) return [field.name, field.value, field.checked];
    if (field.matches("select[multiple]")) return [field.name, [...field.selectedOptions].map((option) => option.value)];
    return [field.name, field.value];
  });
}

function write(form, values) {
  const of = fields(form);
  for (const [name, value, checked] of values) {
    const field = of.find((one) => one.name === name && (checked === undefined || one.value === value));
    if (!field) continue;
    if (checked !== undefined) field.checked = checked;
    else if (Array.isArray(value)) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function store(form, failed) {
  const path = location.pathname + location.search;
  const others = kept(sessionStorage, KEY, []).filter((one) => one.path !== path || one.form !== nameOf(form));
  keep(sessionStorage, KEY, [...others.slice(-9), { path, form: nameOf(form), values: read(form), failed, at: Date.now() }]);
}

on("submit", ({ target }) => worth(target) && store(target, false), window);
on("htmx:beforeOnLoad", ({ detail }) => {
  const form = detail.elt.closest?.("form");
  const { status } = detail.xhr;
  if (form && worth(form) && (status === 401 || status === 403 || status >= 500)) store(form, true);
});

/** The page that came back says how the last save ended: `data-outcome="failed"` on sign-in and error pages. */
function settle() {
  const entries = kept(sessionStorage, KEY, []).filter((one) => Date.now() - one.at < FRESH);
  if (document.documentElement.dataset.outcome === "failed") {
    return keep(sessionStorage, KEY, entries.map((one) => ({ ...one, failed: true })));
  }
  const left = [];
  for (const one of entries.filter((entry) => entry.failed)) {
    const here = one.path === location.pathname + location.search;
    const form = here && all("form").find((candidate) => worth(candidate) && nameOf(candidate) === one.form);
    if (!form) {
      left.push(one);
      continue;
    }
    write(form, one.values);
    putNote("note-rescued", form);
  }
  return keep(sessionStorage, KEY, left);
}
settle();

// Bring a page up to what the server says now, touching only what differs from what it said before. What a person has done to the
// page meanwhile stays: focus, folds, rows shown in addition, and above all what is typed.
import { all, isTyping } from "./dom.js";

const KEPT = "[data-keep], #panel"; // answers with their undo; the panel reads itself again
const IGNORED = "[data-put-note]";
const TOKENS = "input[name=csrfmiddlewaretoken], input[name=token]";

function chosenAsSent(select) {
  if (select.multiple) return [...select.options].every((option) => option.selected === option.defaultSelected);
  return select.selectedIndex === Math.max(0, [...select.options].findLastIndex((option) => option.defaultSelected));
}
const asIs = (field) =>
  field.matches("select") ? chosenAsSent(field)
  : field.matches("[type=checkbox], [type=radio]") ? field.checked === field.defaultChecked
  : field.type === "hidden" || field.value === field.defaultValue;

/** Whether somebody has begun to fill in a form, or stands in one of its fields. */
export const begun = (form) =>
  (form.contains(document.activeElement) && isTyping(document.activeElement)) ||
  all("input, textarea, select", form).some((field) => !asIs(field));

const holdsWork = (node) =>
  node.nodeType === 1 && (node.matches(KEPT) || Boolean(node.querySelector(KEPT)) || [node, ...all("form", node)].some((one) => one.matches("form") && begun(one)));

/** Tokens differ in each answer and mean the same; they are left out of the comparison. */
export function comparable(tree) {
  for (const input of all(TOKENS, tree)) input.setAttribute("value", "");
  return tree;
}

function usable(node) {
  const csrf = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const copy = document.importNode(node, true);
  if (copy.nodeType !== 1) return copy;
  for (const input of [copy, ...all("input", copy)].filter((one) => one.matches(TOKENS))) {
    input.setAttribute("value", input.name === "token" ? crypto.randomUUID() : csrf);
  }
  return copy;
}

// Notes are told once, so they are in one answer and not in the next; blanks between elements say nothing.
const shown = (node) => [...node.childNodes].filter((child) => child.nodeType === 1 ? !child.matches(IGNORED) : child.data.trim());
const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && one.id === other.id;
const named = (nodes) => nodes.every((node) => node.nodeType === 1 && node.id);

let written = false;

/** Whether anything was put in place since this was last asked. */
export function wasWritten() {
  const was = written;
  written = false;
  return was;
}

/** `put(live, old, fresh)`: returns the forms that were left as they are because somebody is working in them. */
export function put(live, old, fresh, spared = []) {
  if (old.isEqualNode(fresh) || (live.nodeType === 1 && live.matches(KEPT))) return spared;
  if (live.nodeType !== 1) {
    if (live.data === fresh.data) return spared;
    live.data = fresh.data;
    written = true;
    return spared;
  }
  if (live.matches("form") && begun(live)) {
    spared.push(live);
    return spared;
  }
  attributes(live, old, fresh);
  const [mine, before, now] = [shown(live), shown(old), shown(fresh)];
  if (before.length === now.length && now.length === mine.length && now.every((node, at) => alike(node, before[at]) && alike(node, mine[at]))) {
    now.forEach((node, at) => put(mine[at], before[at], node, spared));
  } else if (now.some((node) => node.nodeType === 1) && named(now) && named(before)) {
    list(live, before, now, spared);
  } else if (holdsWork(live)) {
    spared.push(...all("form", live).filter(begun));
  } else {
    live.replaceChildren(...[...live.children].filter((child) => child.matches(IGNORED)), ...now.map(usable));
    window.htmx.process(live);
    written = true;
  }
  return spared;
}

function attributes(live, old, fresh) {
  let asks = false;
  for (const { name } of [...old.attributes, ...fresh.attributes]) {
    const value = fresh.getAttribute(name);
    if (value === old.getAttribute(name) || (name === "value" && live.matches(TOKENS))) continue;
    written = true;
    asks ||= name.startsWith("hx-");
    if (value === null) live.removeAttribute(name);
    else live.setAttribute(name, value);
  }
  if (asks) window.htmx.process(live); // it was bound to the address of before
}

/** Children that have ids: each finds its own row, new ones come in at their place, those that went go. */
function list(live, before, now, spared) {
  const byId = (nodes) => new Map(nodes.filter((node) => node.nodeType === 1).map((node) => [node.id, node]));
  const [mine, was, is] = [byId([...live.children]), byId(before), byId(now)];
  for (const id of was.keys()) {
    const here = mine.get(id);
    if (is.has(id) || !here || holdsWork(here)) continue;
    here.remove();
    written = true;
  }
  let previous = null;
  for (const [id, node] of is) {
    const here = mine.get(id);
    if (here && was.has(id)) put(here, was.get(id), node, spared);
    const place = here ?? usable(node);
    if (!here) {
      if (previous) previous.after(place);
      else live.prepend(place);
      window.htmx.process(place);
      written = true;
    }
    previous = place;
  }
}

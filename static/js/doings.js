// What can be done to one milestone from the palette: the one the page is about, the row with the cursor, or a result that Tab opened.
// The words are the server's (#palette-doings); so is the doing, behind the address of the milestone.
import { all, find } from "./dom.js";
import { current, linkOf } from "./cursor.js";

/** The milestone that commands are about without choosing one: {key, url, may}; null where there is none. */
export function thingHere() {
  const item = current();
  if (item?.matches("[data-list=rows] *")) {
    return { key: item.id, url: linkOf(item).pathname, may: find("#row-bar [data-row-post]") ? "view update date" : "view" };
  }
  const page = find("[data-thing]");
  return page && { key: page.dataset.thing, url: page.dataset.url, may: page.dataset.may };
}

export const thingOf = (entry) =>
  entry?.dataset.keyOf ? { key: entry.dataset.keyOf, url: entry.dataset.href, may: entry.dataset.may } : null;

/** Its actions as options; `text` keeps those that say it. */
export function doings(thing, text) {
  const may = thing.may.split(" ");
  const every = [...find("#palette-doings").content.cloneNode(true).children];
  const found = every.filter((entry) => may.includes(entry.dataset.needs) && entry.textContent.toLowerCase().includes(text));
  for (const entry of found) entry.about = thing;
  return found;
}

/** Where the answer shows: on the row if the list has it, else on the page as it is read again. */
const placeOf = (thing) => (document.getElementById(thing.key)?.matches("[data-list=rows] [data-item]") ? "list" : "palette");

function post(path, thing, values) {
  window.htmx.ajax("POST", path, { source: "#main", target: "#main", swap: "none", values: { from: placeOf(thing), ...values } });
}

/** Do what an option of `doings` says; true when the palette has to stay open and ask for a date. */
export function doIt(entry) {
  const { post: path, say, go, ask } = entry.dataset;
  const thing = entry.about;
  if (ask) return true;
  if (go !== undefined) location.assign(go.startsWith("?") ? mapOf(thing) + encodeURIComponent(thing.key) : thing.url + go);
  else post(thing.url + path, thing, say ? { said: say } : {});
  return false;
}

const mapOf = (thing) => `${thing.url.split("/m/")[0]}/map?focus=`;

/** Keep the date of an offer such as "Move forecast to Fri 12 Mar". */
export const moveTo = (entry, thing) => post(entry.dataset.post, thing, { date: entry.dataset.date, ...(entry.dataset.how && { how: entry.dataset.how }) });

/** Controls of the page that would only repeat what the actions on its milestone say. */
export const repeats = (control, thing) =>
  Boolean(thing) && (Boolean(control.closest("#row-bar")) || ["1", "2", "3", "4", "c", "d", "h", "s", "w"].includes(control.dataset.key));

export const pageControls = () => all("[data-key]", document);

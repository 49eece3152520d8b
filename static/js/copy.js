// Copy a text that is on the page already: data-copy="id of a textarea" on a link that leads to the same text in a box.
// Where the browser lets nobody copy, the link is followed as without script.
import { find, on } from "./dom.js";

function say(text) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.toast = "";
  toast.textContent = text;
  find("#toasts")?.append(toast);
}

function asFormatted(html) {
  const parts = new DOMParser().parseFromString(html, "text/html");
  return new ClipboardItem({
    "text/html": new Blob([html], { type: "text/html" }),
    "text/plain": new Blob([parts.body.textContent.trim()], { type: "text/plain" }),
  });
}

on("click", async (event) => {
  const link = event.target.closest?.("a[data-copy]");
  const source = link && document.getElementById(link.dataset.copy);
  if (!source || !navigator.clipboard || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  try {
    if (source.dataset.as === "html") await navigator.clipboard.write([asFormatted(source.value)]);
    else await navigator.clipboard.writeText(source.value);
    say(link.dataset.copied);
  } catch {
    location.assign(link.href);
  }
});

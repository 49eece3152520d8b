// What map and timeline share: filters that submit by themselves, "copy link", "print".
import { all, on } from "./dom.js";

/** `say` tells a screen reader what happened; `words` are what it says of a copied link. */
export function share(say, words) {
  for (const button of all("[data-copy], [data-print]")) button.hidden = false;
  on("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(location.href);
    say(words);
    const menu = button.closest("details");
    if (menu) menu.open = false;
  });
  on("change", ({ target }) => target.form?.matches("[data-auto]") && target.id !== "find" && target.form.requestSubmit());
}

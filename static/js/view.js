// What map and timeline share: filters that submit by themselves, "copy link", "print", the picture as PNG.
import { all, on } from "./dom.js";

/** The picture of the server on a canvas, twice as fine, saved as PNG. */
async function savePng(address) {
  const text = await (await fetch(address)).text();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  const fine = Math.min(2, 8000 / image.width, 8000 / image.height);
  [canvas.width, canvas.height] = [image.width * fine, image.height * fine];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const link = document.createElement("a");
  link.download = `${document.title.split(" · ")[1] ?? "longpole"}.png`;
  link.href = canvas.toDataURL("image/png");
  link.click();
}

/** `say` tells a screen reader what happened; `words` are what it says of a copied link. */
export function share(say, words) {
  for (const button of all("[data-copy], [data-print], [data-png]")) button.hidden = false;
  on("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(location.href);
    say(words);
    const menu = button.closest("details");
    if (menu) menu.open = false;
  });
  on("click", ({ target }) => {
    const button = target.closest("[data-png]");
    if (button) savePng(button.dataset.png);
  });
  on("change", ({ target }) => target.form?.matches("[data-auto]") && target.id !== "find" && target.form.requestSubmit());
}

// The script's whole job: keys, focus, palette, toasts, and not losing what was typed. Every page works without it.
import "./live.js"; // first: it remembers the page as it came
import "./requests.js";
import "./place.js";
import "./focus.js";
import "./typed.js";
import "./toasts.js";
import "./shell.js";
import "./cursor.js";
import "./select.js";
import "./panel.js";
import "./rowbar.js";
import "./keys.js";
import "./palette.js";
import "./copy.js";
import "./paste.js";
import "./cells.js";

document.documentElement.classList.add("js");

// One command builds what the browser loads: `npm ci && node frontend/build.mjs`.
// static/css and static/js go in; static/build/{app,eyes,mirrored,print}.css, pages/*.css, app.js, map.js, timeline.js, inter.woff2 and paper/*.woff come out.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "static", "build");
const font = join(root, "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2");

/** Shares of a width as classes, since style attributes are refused: .w-37 is 37% wide, .x-37 starts at 37%. */
function shares(page) {
  const upTo100 = [...Array(101).keys()];
  const places = page === "milestones" ? "" : upTo100.map((n) => `.x-${n}{inset-inline-start:${n}%}`).join(""); // a list draws from its edge
  return upTo100.map((n) => `.w-${n}{width:${n}%}`).join("") + places;
}

const WITH_SHARES = ["components", "milestone", "milestones", "overview", "portfolio", "sure", "what-if"]; // the pages that draw with them

/** The styles of one page join the layer of pages, so that they win over components and lose to helpers. */
const inPages = {
  name: "pages",
  setup(plugin) {
    plugin.onLoad({ filter: /css[\\/]pages[\\/].*\.css$/ }, async ({ path }) => ({
      contents: `@layer pages {\n${await readFile(path, "utf8")}\n}${WITH_SHARES.includes(basename(path, ".css")) ? `@layer own{${shares(basename(path, ".css"))}}` : ""}`,
      loader: "css",
    }));
  },
};

const sheets = (await readdir(join(root, "static/css/pages"))).filter((name) => name.endsWith(".css"));

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: { app: "static/js/app.js", map: "static/js/map.js", timeline: "static/js/timeline.js" },
  bundle: true,
  format: "iife",
  minify: true,
  target: "es2022",
  outdir: out,
});
await build({
  absWorkingDir: root,
  entryPoints: ["app.css", "eyes.css", "mirrored.css", "print.css", ...sheets.map((name) => `pages/${name}`)].map((name) => `static/css/${name}`),
  outbase: "static/css",
  bundle: true,
  minify: true,
  external: ["*.woff2"],
  plugins: [inPages],
  target: ["chrome123", "firefox120", "safari17.5"],
  outdir: out,
});
await copyFile(font, join(out, "inter.woff2"));

// What a PDF of the server is printed with: plain outlines, a file for each script and weight.
await mkdir(join(out, "paper"), { recursive: true });
for (const script of ["latin", "latin-ext", "greek", "cyrillic", "vietnamese", "greek-ext", "cyrillic-ext"]) {
  for (const weight of [400, 600]) {
    await copyFile(join(root, "node_modules/@fontsource/inter/files", `inter-${script}-${weight}-normal.woff`), join(out, "paper", `${script}-${weight}.woff`));
  }
}

for (const name of ["app.css", "eyes.css", "mirrored.css", "print.css", ...sheets.map((name) => `pages/${name}`), "app.js", "map.js", "timeline.js", "inter.woff2"]) {
  const path = join(out, name);
  const packed = gzipSync(await readFile(path), { level: 9 }).length;
  console.log(`${name}: ${(await stat(path)).size} bytes, ${packed} compressed`);
}

// A page that gets a graph and draws it in the browser: what pages with a layouter of npm do. For the bench alone.
export const [WIDE, HIGH] = [168, 48];

/** Lay out the graph that the page carries and draw it as one SVG. `layOut` gives places of cards and points of lines. */
export async function draw(layOut) {
  const graph = JSON.parse(document.getElementById("graph").textContent);
  const { places, lines } = await layOut(graph);
  const cards = places.map(([x, y], n) => `<g transform="translate(${x} ${y})"><rect width="${WIDE}" height="${HIGH}" fill="#fff" stroke="#888"/><text x="8" y="20">${graph.nodes[n]}</text></g>`);
  const paths = lines.map((points) => `<path fill="none" stroke="#888" d="M${points.map(({ x, y }) => `${x} ${y}`).join("L")}"/>`);
  document.body.insertAdjacentHTML("beforeend", `<svg class="drawn" width="4000" height="4000">${paths.join("")}${cards.join("")}</svg>`);
}

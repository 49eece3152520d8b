// Lay out a graph with two layouters of npm and draw it as one SVG: what pages that lay out in the browser do. For the bench alone.
import dagre from "@dagrejs/dagre";
import ELK from "elkjs/lib/elk.bundled.js";

const [WIDE, HIGH] = [168, 48];

/** Positions and lines by dagre. */
function withDagre({ nodes, links }) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of nodes) graph.setNode(id, { width: WIDE, height: HIGH });
  for (const [from, to] of links) graph.setEdge(from, to);
  dagre.layout(graph);
  const places = nodes.map((id) => graph.node(id)).map(({ x, y }) => [x - WIDE / 2, y - HIGH / 2]);
  return { places, lines: graph.edges().map((edge) => graph.edge(edge).points) };
}

/** The same by ELK, layered. */
async function withElk({ nodes, links }) {
  const found = await new ELK().layout({
    id: "root",
    layoutOptions: { "elk.algorithm": "layered", "elk.direction": "RIGHT" },
    children: nodes.map((id) => ({ id, width: WIDE, height: HIGH })),
    edges: links.map(([from, to], n) => ({ id: `e${n}`, sources: [from], targets: [to] })),
  });
  const lines = found.edges.flatMap(({ sections = [] }) => sections.map((part) => [part.startPoint, ...(part.bendPoints ?? []), part.endPoint]));
  return { places: found.children.map(({ x, y }) => [x, y]), lines };
}

/** One drawing, from the graph to the frame that shows it; milliseconds. */
async function draw(peer, graph) {
  const begun = performance.now();
  const { places, lines } = await { dagre: withDagre, elkjs: withElk }[peer](graph);
  const cards = places.map(([x, y], n) => `<g transform="translate(${x} ${y})"><rect width="${WIDE}" height="${HIGH}"/><text y="20">${graph.nodes[n]}</text></g>`);
  const paths = lines.map((points) => `<path fill="none" stroke="#888" d="M${points.map(({ x, y }) => `${x} ${y}`).join("L")}"/>`);
  document.body.innerHTML = `<svg width="4000" height="4000">${paths.join("")}${cards.join("")}</svg>`;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - begun;
}

window.draw = draw;

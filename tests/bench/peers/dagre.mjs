// By dagre.
import dagre from "@dagrejs/dagre";
import { draw, HIGH, WIDE } from "./draw.mjs";

draw(({ nodes, links }) => {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of nodes) graph.setNode(id, { width: WIDE, height: HIGH });
  for (const [from, to] of links) graph.setEdge(from, to);
  dagre.layout(graph);
  const places = nodes.map((id) => graph.node(id)).map(({ x, y }) => [x - WIDE / 2, y - HIGH / 2]);
  return { places, lines: graph.edges().map((edge) => graph.edge(edge).points) };
});

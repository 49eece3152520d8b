// By ELK, layered.
import ELK from "elkjs/lib/elk.bundled.js";
import { draw, HIGH, WIDE } from "./draw.mjs";

draw(async ({ nodes, links }) => {
  const found = await new ELK().layout({
    id: "root",
    layoutOptions: { "elk.algorithm": "layered", "elk.direction": "RIGHT" },
    children: nodes.map((id) => ({ id, width: WIDE, height: HIGH })),
    edges: links.map(([from, to], n) => ({ id: `e${n}`, sources: [from], targets: [to] })),
  });
  const lines = found.edges.flatMap(({ sections = [] }) => sections.map((part) => [part.startPoint, ...(part.bendPoints ?? []), part.endPoint]));
  return { places: found.children.map(({ x, y }) => [x, y]), lines };
});

// A schedule as a small curve: target sparsity over the steps of a stage.
import { count, percent } from "./format";

const NS = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const HEIGHT = 90;

export interface Update {
  readonly step: number;
  readonly sparsity: number;
}

export function schedulePicture(updates: readonly Update[], totalSteps: number): SVGElement {
  const x = (step: number): number => (step / Math.max(1, totalSteps)) * WIDTH;
  const y = (sparsity: number): number => HEIGHT - sparsity * HEIGHT;
  let path = `M0 ${HEIGHT}`;
  for (const { step, sparsity } of updates) {
    path += `H${x(step).toFixed(1)}V${y(sparsity).toFixed(1)}`;
  }
  const svg = element("svg", {
    viewBox: `-42 -8 ${WIDTH + 50} ${HEIGHT + 26}`,
    class: "schedule",
    role: "img",
    "aria-label": `Target sparsity rises in ${updates.length} updates over ${totalSteps} steps`,
  });
  for (const share of [0, 0.5, 1]) {
    svg.append(element("path", { class: "grid", d: `M0 ${y(share)}H${WIDTH}` }));
    svg.append(label(percent(share, 0), -6, y(share) + 4, "end"));
  }
  svg.append(label("0", 0, HEIGHT + 15, "start"));
  svg.append(label(`${count(totalSteps)} steps`, WIDTH, HEIGHT + 15, "end"));
  svg.append(element("path", { class: "curve", d: `${path}H${WIDTH}` }));
  return svg;
}

/** Words in a picture. */
export function label(words: string, x: number, y: number, anchor: string): SVGElement {
  const made = element("text", { x, y, "text-anchor": anchor });
  made.textContent = words;
  return made;
}

export function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const created = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) {
    created.setAttribute(key, String(value));
  }
  return created;
}

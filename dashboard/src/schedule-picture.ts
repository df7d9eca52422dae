// A schedule as a small curve: target sparsity over the steps of a stage.

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
    viewBox: `-2 -4 ${WIDTH + 4} ${HEIGHT + 8}`,
    class: "schedule",
    role: "img",
    "aria-label": `Target sparsity rises in ${updates.length} updates over ${totalSteps} steps`,
  });
  for (const share of [0, 0.5, 1]) {
    svg.append(element("path", { class: "grid", d: `M0 ${y(share)}H${WIDTH}` }));
  }
  svg.append(element("path", { class: "curve", d: `${path}H${WIDTH}` }));
  return svg;
}

export function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const created = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) {
    created.setAttribute(key, String(value));
  }
  return created;
}

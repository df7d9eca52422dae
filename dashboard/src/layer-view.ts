// One layer of a model: its weights before and after as histograms, its zeros as a picture, and
// what its channels are tied to.
import { cssColor } from "./chart";
import { h, setText, type Child } from "./dom";
import { count, percent } from "./format";
import { groupsMadeBy, words } from "./graph-view";
import { element } from "./schedule-picture";
import { num, type GroupViewJson, type LayerWeightsJson, type ModelViewJson } from "./wire";

const WIDTH = 300;
const HEIGHT = 110;

/** `before` is the layer in the model that the run started from; a cut one may have been wider. */
export function layerParts(
  view: ModelViewJson,
  before: LayerWeightsJson,
  after: LayerWeightsJson,
): Child[] {
  const picture = h("canvas", { class: "mask", role: "img" });
  drawMask(picture, after);
  const title = h("h3", {});
  const size = (of: LayerWeightsJson): string =>
    `${count(of.rows ?? 0)} × ${count(of.columns ?? 0)}`;
  const cut = size(before) === size(after) ? "" : `, was ${size(before)}`;
  setText(title, `${after.layer}: ${size(after)}${cut}`);
  return [
    title,
    groupsOf(view, after.layer ?? ""),
    h(
      "div",
      { class: "histograms" },
      histogram("at the start", before),
      histogram("now, zeros left out", after),
    ),
    h("figure", {}, h("figcaption", { class: "note" }, "kept weights; empty is zero"), picture),
  ];
}

/** The groups that a layer makes, and their members. */
function groupsOf(view: ModelViewJson, layer: string): HTMLElement {
  const nodes = view.nodes ?? [];
  const name = (i: number | undefined): string => {
    const node = nodes[i ?? 0];
    return node?.name || (node?.type ?? "");
  };
  const own = groupsMadeBy(view, layer);
  const item = (group: GroupViewJson): HTMLElement => {
    const roles = new Map<string, Set<string>>();
    for (const { role = "", node } of group.members ?? []) {
      roles.set(role, (roles.get(role) ?? new Set()).add(name(node)));
    }
    return h(
      "li",
      { class: group.frozen ? "frozen" : undefined },
      words(group).replace(", each from all that is marked", ""),
      h(
        "ul",
        {},
        ...[...roles].map(([role, members]) =>
          h("li", { class: "note" }, `${role} `, h("span", {}, [...members].join(", "))),
        ),
      ),
    );
  };
  return h(
    "ul",
    { class: "groups", tabindex: 0, "aria-label": "Channels of the layer" },
    ...own.map(item),
  );
}

function histogram(title: string, weights: LayerWeightsJson): HTMLElement {
  const bins = weights.bins ?? [];
  const most = Math.max(1, ...bins);
  const ends = [weights.minimum, weights.maximum].map((value) => num(value).toPrecision(3));
  const zeros = count(num(weights.zeros));
  const total = count(bins.reduce((a, b) => a + b, 0));
  const svg = element("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "histogram",
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": `Weights ${title}: ${total} from ${ends[0]} to ${ends[1]}, and ${zeros} zeros`,
  });
  bins.forEach((bin, i) => {
    const high = (bin / most) * HEIGHT;
    const wide = WIDTH / bins.length;
    svg.append(element("rect", { x: i * wide, y: HEIGHT - high, width: wide * 0.9, height: high }));
  });
  return h(
    "figure",
    {},
    h("figcaption", { class: "note" }, `Weights ${title}`),
    svg as unknown as HTMLElement,
    h(
      "p",
      { class: "note ends" },
      ...[ends[0]!, `${zeros} zeros`, ends[1]!].map((text) => h("span", {}, text)),
    ),
  );
}

function drawMask(canvas: HTMLCanvasElement, weights: LayerWeightsJson): void {
  const rows = weights.pictureRows ?? 1;
  const columns = weights.pictureColumns ?? 1;
  const shares = Uint8Array.from(atob(weights.picture ?? ""), (c) => c.charCodeAt(0));
  canvas.width = columns;
  canvas.height = rows;
  const ctx = canvas.getContext("2d")!;
  ctx.fillStyle = cssColor("--curve-3");
  shares.forEach((share, i) => {
    ctx.globalAlpha = share / 255;
    ctx.fillRect(i % columns, Math.floor(i / columns), 1, 1);
  });
  const zeros = shares.filter((share) => share === 0).length;
  canvas.setAttribute(
    "aria-label",
    `Picture of ${rows} by ${columns} cells, ${percent(zeros / Math.max(1, shares.length), 1)} of them all zero`,
  );
}

// The graph of a model as a picture: a row per node in the order in which they run, lines from each
// to those that take its output, layers coloured by sparsity. Channels that can only leave together
// are marked where the pointer or the keyboard is, else for the layer that is chosen.
import { h, rebuild, setAttribute, setText } from "./dom";
import { count, percent } from "./format";
import { arcs } from "./graph-lanes";
import { element } from "./schedule-picture";
import { num, type GroupViewJson, type LayerViewJson, type ModelViewJson } from "./wire";

const ROW = 30;
const LANE = 9;

interface Row {
  readonly element: HTMLElement;
  /** What the node has to do with the channels that are marked. */
  readonly role: HTMLElement;
}

export class GraphView {
  readonly element: HTMLElement;

  private readonly ends = h("p", { class: "note" });
  private readonly list = h("ol", { class: "nodes" });
  private readonly lines = element("svg", { class: "edges", "aria-hidden": "true" });
  private readonly told = h("p", { class: "note group-told" });
  private rows: Row[] = [];
  private view: ModelViewJson = {};
  private chosen = "";

  constructor(private readonly choose: (layer: string) => void) {
    const graph = h("div", { class: "graph" }, this.lines, this.list);
    const scale = h("span", { class: "scale", "aria-hidden": "true" });
    this.element = h(
      "div",
      { class: "graph-part" },
      this.ends,
      h("div", { class: "graph-box", tabindex: 0, role: "group", "aria-label": "Graph" }, graph),
      h("p", { class: "note legend" }, "0 %", scale, "100 % zeros"),
      this.told,
    );
  }

  show(view: ModelViewJson): void {
    this.view = view;
    const ends = [view.inputs ?? [], view.outputs ?? []].map((names) => names.join(", "));
    setText(this.ends, `takes ${ends[0]}, gives ${ends[1]}`);
    rebuild(this.list, JSON.stringify(view), () => {
      this.rows = (view.nodes ?? []).map((_, i) => this.row(i));
      return this.rows.map((row) => row.element);
    });
    this.drawLines();
    this.mark(this.groupsOf(this.chosen));
  }

  /** Marks a layer as the chosen one, and the channels that it makes. */
  setChosen(layer: string): void {
    this.chosen = layer;
    for (const button of this.list.querySelectorAll("button")) {
      setAttribute(button, "aria-pressed", String(button.dataset["layer"] === layer));
    }
    this.mark(this.groupsOf(layer));
  }

  private row(index: number): Row {
    const node = this.view.nodes![index]!;
    const layer = node.layer === undefined ? undefined : this.view.layers?.[node.layer];
    const role = h("span", { class: "role" });
    const op = h("span", { class: "op" }, node.type);
    if (!layer) {
      return { element: h("li", { title: node.name ?? "" }, op, role), role };
    }
    const name = layer.name ?? "";
    const frozen = this.groupsOf(name).find((group) => group.frozen);
    const button = this.layerButton(layer, op, role, frozen);
    const marked = (): void => this.mark(this.groupsOf(name));
    const back = (): void => this.mark(this.groupsOf(this.chosen));
    button.addEventListener("pointerenter", marked);
    button.addEventListener("pointerleave", back);
    button.addEventListener("focus", marked);
    button.addEventListener("blur", back);
    button.addEventListener("click", () => this.choose(name));
    return { element: h("li", {}, button), role };
  }

  private layerButton(
    layer: LayerViewJson,
    op: HTMLElement,
    role: HTMLElement,
    frozen: GroupViewJson | undefined,
  ): HTMLButtonElement {
    const share = num(layer.zeros) / num(layer.weights);
    const button = h(
      "button",
      {
        type: "button",
        class: frozen ? "frozen" : undefined,
        "data-layer": layer.name ?? "",
        title: frozen ? `its channels stay: ${frozen.frozen}` : (layer.name ?? ""),
      },
      op,
      h("span", { class: "layer-name" }, layer.name),
      h("span", { class: "note dims" }, (layer.dims ?? []).join("×")),
      h("span", { class: "note" }, percent(share, 1)),
      role,
    );
    button.style.setProperty("--share", String(share));
    return button;
  }

  private groupsOf(layer: string): GroupViewJson[] {
    return groupsMadeBy(this.view, layer);
  }

  private mark(groups: readonly GroupViewJson[]): void {
    const roles = new Map<number, string>();
    for (const member of groups.flatMap((group) => group.members ?? [])) {
      const node = member.node ?? 0;
      // The first role of a node says most: who makes channels also adds its bias.
      roles.set(node, roles.get(node) ?? member.role ?? "");
    }
    this.rows.forEach(({ element: row, role }, i) => {
      row.classList.toggle("member", roles.has(i));
      setText(role, roles.get(i) ?? "");
    });
    setText(this.told, groups.map(words).join(" ") || (this.view.groupsProblem ?? ""));
  }

  private drawLines(): void {
    const nodes = this.view.nodes ?? [];
    const { lanes, edges } = arcs(nodes.map((node) => node.sources ?? []));
    const trunk = lanes * LANE + LANE;
    const y = (row: number): number => row * ROW + ROW / 2;
    const paths = edges.map(({ from, to, lane }) => {
      const d =
        lane < 0
          ? `M${trunk} ${y(from)}V${y(to)}`
          : bend(trunk, trunk - (lane + 1) * LANE, y(from), y(to));
      return element("path", { d });
    });
    const dots = nodes.map((_, i) => element("circle", { cx: trunk, cy: y(i), r: 3 }));
    setAttribute(this.lines, "width", trunk + LANE);
    setAttribute(this.lines, "height", nodes.length * ROW);
    this.list.style.marginLeft = `${trunk + LANE}px`;
    this.lines.replaceChildren(...paths, ...dots);
  }
}

/** From the trunk out to a lane, along it, and back. */
function bend(trunk: number, lane: number, from: number, to: number): string {
  const half = ROW / 2;
  return (
    `M${trunk} ${from}Q${lane} ${from} ${lane} ${from + half}` +
    `V${to - half}Q${lane} ${to} ${trunk} ${to}`
  );
}

/** The groups whose channels a layer makes. */
export function groupsMadeBy(view: ModelViewJson, layer: string): GroupViewJson[] {
  const position = (view.nodes ?? []).findIndex(
    (node) => node.layer !== undefined && view.layers?.[node.layer]?.name === layer,
  );
  return (view.groups ?? []).filter((group) =>
    group.members?.some(({ role, node }) => role === "made by" && (node ?? 0) === position),
  );
}

/** What a group is, in a sentence. */
export function words(group: GroupViewJson): string {
  const channels = `${group.name}: ${count(group.channels ?? 0)} channels`;
  return group.frozen
    ? `${channels} that stay, because ${group.frozen}.`
    : `${channels} that can leave one by one, each from all that is marked.`;
}

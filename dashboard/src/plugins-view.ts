// The plugins: which jar, what it brings, how it is.
import { h } from "./dom";
import { get } from "./gateway";
import type { PluginInfoJson, PluginListJson } from "./wire";

export class PluginsView {
  readonly element = h("article", { class: "run" }, h("h1", {}, "Plugins"));

  private readonly list = h("div", { class: "columns" });

  constructor() {
    this.element.append(this.list);
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const { plugins = [] } = await get<PluginListJson>("plugins");
      this.list.replaceChildren(...plugins.map(item));
    } catch (error) {
      this.list.replaceChildren(h("p", { class: "problem" }, (error as Error).message));
    }
  }
}

function item(plugin: PluginInfoJson): HTMLElement {
  const good = plugin.state === "STARTED";
  return h(
    "section",
    { "data-plugin": plugin.id ?? "" },
    h(
      "h2",
      {},
      h(
        "span",
        { class: `sign ${good ? "good" : "bad"}`, "aria-hidden": "true" },
        good ? "✓" : "✕",
      ),
      `${plugin.id || plugin.jar} ${plugin.version ?? ""}`,
    ),
    h("p", { class: "note" }, `${plugin.jar}, ${(plugin.state ?? "").toLowerCase()}`),
    plugin.problem ? h("p", { class: "problem" }, plugin.problem) : undefined,
    h(
      "ul",
      { class: "extensions" },
      ...(plugin.extensions ?? []).map((extension) =>
        h(
          "li",
          {},
          h("strong", {}, extension.id),
          h("span", { class: "note" }, ` ${extension.kind}: ${extension.summary}`),
        ),
      ),
    ),
  );
}

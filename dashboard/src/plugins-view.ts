// The plugins: which jar, what it brings, how it is and who uses it; load, reload and unload. Whatever
// changes, whoever changed it, is shown as it happens.
import { h, rebuild, setText } from "./dom";
import type { Bus } from "./bus";
import { get, listenToPlugins, post } from "./gateway";
import { readUploads, uploadButton } from "./uploads";
import type { PluginInfoJson, PluginListJson } from "./wire";

type Change = "load" | "reload" | "unload";

const LOOKS: Record<string, { tone: string; sign: string }> = {
  STARTED: { tone: "good", sign: "✓" },
  UNLOADED: { tone: "quiet", sign: "○" },
};

export class PluginsView {
  readonly element = h("article", { class: "run" }, h("h1", {}, "Plugins"));

  private readonly problem = h("p", { class: "problem", role: "alert" });
  private readonly told = h("p", { class: "note", role: "status" });
  private readonly list = h("div", { class: "columns" });
  private readonly unlisten: () => void;

  constructor(bus: Bus) {
    this.element.append(
      h(
        "p",
        { class: "note" },
        "A jar that is put into the folder of plugins appears here; one that is taken away goes.",
      ),
      this.problem,
      this.told,
      this.list,
    );
    void this.try(
      readUploads().then((uploads) => {
        this.told.before(uploadButton("plugins", uploads, () => undefined));
      }),
    );
    this.unlisten = listenToPlugins(bus, (plugins) => this.show(plugins));
    void this.try(get<PluginListJson>("plugins").then((all) => this.show(all)));
  }

  destroy(): void {
    this.unlisten();
  }

  private show({ plugins = [] }: PluginListJson): void {
    const focused = document.activeElement;
    const place = focused instanceof HTMLElement ? focused.dataset : {};
    const { change, jar } = place;
    rebuild(this.list, JSON.stringify(plugins), () => plugins.map((plugin) => this.item(plugin)));
    // What is rebuilt keeps the keyboard where it was.
    if (change && jar && document.activeElement === document.body) {
      const again = `[data-change="${change}"][data-jar="${CSS.escape(jar)}"]`;
      this.list.querySelector<HTMLElement>(again)?.focus();
    }
  }

  private item(plugin: PluginInfoJson): HTMLElement {
    const look = LOOKS[plugin.state ?? ""] ?? { tone: "bad", sign: "✕" };
    const state = [
      plugin.jar,
      (plugin.state ?? "").toLowerCase(),
      plugin.usedBy?.length ? `used by ${plugin.usedBy.join(", ")}` : "",
    ];
    return h(
      "section",
      { "data-plugin": plugin.id ?? "", "data-plugin-state": plugin.state },
      h(
        "h2",
        {},
        h("span", { class: `sign ${look.tone}`, "aria-hidden": "true" }, look.sign),
        `${plugin.id || plugin.jar} ${plugin.version ?? ""}`,
      ),
      h("p", { class: "note" }, state.filter((part) => part).join(", ")),
      plugin.summary ? h("p", {}, plugin.summary) : undefined,
      plugin.problem ? h("p", { class: "problem" }, plugin.problem) : undefined,
      plugin.pending ? h("p", { class: "note" }, `Waits to ${plugin.pending}.`) : undefined,
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
      plugin.jar ? this.controls(plugin) : undefined,
    );
  }

  private controls(plugin: PluginInfoJson): HTMLElement {
    const loaded = plugin.state === "STARTED";
    const button = (change: Change, text: string, possible: boolean): HTMLElement => {
      const element = h(
        "button",
        {
          type: "button",
          class: change === "unload" ? "danger" : undefined,
          disabled: !possible,
          "data-change": change,
          "data-jar": plugin.jar,
          "aria-label": `${text} ${plugin.id || plugin.jar}`,
        },
        text,
      );
      element.addEventListener("click", () => void this.change(plugin, change));
      return element;
    };
    return h(
      "div",
      { class: "controls" },
      button("load", "Load", !loaded),
      button("reload", "Reload", loaded),
      button("unload", "Unload", loaded),
    );
  }

  private async change({ jar = "" }: PluginInfoJson, change: Change): Promise<void> {
    const path = `plugins/${encodeURIComponent(jar)}/${change}`;
    await this.try(
      post<PluginInfoJson>(path, {}).then(async ({ pending }) => {
        setText(this.told, pending ? `${jar} waits to ${pending}` : `${jar}: ${change}ed`);
        this.show(await get<PluginListJson>("plugins"));
      }),
    );
  }

  private async try(work: Promise<unknown>): Promise<void> {
    setText(this.problem, "");
    try {
      await work;
    } catch (error) {
      setText(this.problem, (error as Error).message);
    }
  }
}

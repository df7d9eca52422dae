// The form that starts a run, made from the scenario schema of the server; it shows what the
// schedules will do before anything is trained.
import { h, setText } from "./dom";
import { count, percent, words } from "./format";
import { get, ofRun, post, runFile } from "./gateway";
import { extensionField, parameterField, type Field, type Schema } from "./schema-form";
import { schedulePicture } from "./schedule-picture";
import { readUploads, uploadButton, type Uploads } from "./uploads";
import type { RunSummaryJson, ScenarioPreviewJson } from "./wire";

const PREVIEW_MILLIS = 400;

type Given = Record<string, unknown>;

interface StageField {
  readonly element: HTMLElement;
  value(): Given;
}

/** What the form begins with: a short run on data that comes along. */
const FIRST: Given = {
  name: "my-run",
  dataset: "digits",
  model: { builder: "tutorial-cnn" },
  stages: [
    { name: "train", kind: "train", fineTuner: { id: "jvm", parameters: { epochs: 20 } } },
    {
      name: "prune",
      kind: "prune",
      pruner: "magnitude",
      scheduler: { id: "polynomial", parameters: { finalSparsity: 0.8, frequency: 10 } },
      fineTuner: { id: "jvm", parameters: { epochs: 20 } },
    },
    { name: "test", kind: "evaluate" },
    { name: "pruned", kind: "export" },
  ],
};

export class StartView {
  readonly element = h("article", { class: "run start" }, h("h1", {}, "Start a run"));

  private schema: Schema = {};
  private head: [string, Field][] = [];
  private stages: StageField[] = [];
  private listeners: unknown;
  private readonly tags = h("input", { id: "start-tags", placeholder: "comma between tags" });
  private readonly stageList = h("div", { class: "stage-forms" });
  private readonly problem = h("p", { class: "problem", role: "alert" });
  private readonly preview = h("div", { class: "previews", "aria-live": "polite" });
  private readonly submit = h("button", { type: "submit", class: "primary" }, "Start the run");
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;

  constructor(
    private readonly cloneOf: string | undefined,
    private readonly started: (run: string) => void,
  ) {
    void this.build();
  }

  private async build(): Promise<void> {
    try {
      const [{ document }, uploads, given] = await Promise.all([
        get<{ document: Schema }>("schema"),
        readUploads(),
        this.cloneOf ? runFile<Given>(this.cloneOf, "scenario.json") : Promise.resolve(undefined),
      ]);
      this.schema = document;
      this.fill(given ?? FIRST, uploads);
      this.changed();
    } catch (error) {
      this.element.append(h("p", { class: "problem" }, (error as Error).message));
    }
  }

  private definition(name: string): Schema {
    return this.schema.$defs?.[name] ?? {};
  }

  private fill(given: Given, uploads: Uploads): void {
    const changed = (): void => this.changed();
    const model = given["model"] as { builder?: string; file?: string };
    const builders = this.schema.properties?.["model"]?.oneOf?.[0]?.properties?.["builder"]?.enum;
    this.head = [
      ["name", parameterField("name", { type: "string" }, true, given["name"], changed)],
      [
        "seed",
        parameterField(
          "seed",
          { type: "integer", description: "of everything drawn at random", default: 0 },
          false,
          given["seed"],
          changed,
        ),
      ],
      [
        "builder",
        parameterField(
          "model",
          { enum: builders ?? [], description: "a network that Espalier makes itself" },
          false,
          model.builder,
          changed,
        ),
      ],
      [
        "file",
        parameterField(
          "model file",
          { type: "string", description: "in place of a network: a file on the server" },
          false,
          model.file,
          changed,
        ),
      ],
      [
        "dataset",
        extensionField(
          "dataset",
          this.definition("dataset"),
          true,
          given["dataset"] as string,
          changed,
        ),
      ],
    ];
    this.listeners = given["listeners"];
    this.stages = (given["stages"] as Given[]).map((stage) => this.stageField(stage));
    const form = h(
      "form",
      { class: "panel" },
      h("div", { class: "fields" }, ...this.head.slice(0, 4).map(([, field]) => field.element)),
      this.modelFiles(uploads),
      h("div", { class: "field" }, h("label", { for: "start-tags" }, "tags"), this.tags),
      this.head[4]![1].element,
      h("h2", {}, "Stages"),
      this.stageList,
      this.adder(),
      h("h2", {}, "What it will do"),
      this.preview,
      this.problem,
      h("div", { class: "controls" }, this.submit),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.start();
    });
    this.showStages();
    this.element.append(form);
  }

  /** Models that the server was sent are offered for the field of the model file. */
  private modelFiles(uploads: Uploads): HTMLElement {
    const input = this.head.find(([name]) => name === "file")![1].element.querySelector("input")!;
    const option = (path: string): HTMLElement => h("option", { value: path });
    const list = h("datalist", { id: "model-files" }, ...uploads.modelFiles.map(option));
    input.setAttribute("list", list.id);
    const button = uploadButton("models", uploads, (path) => {
      list.append(option(path));
      input.value = path;
      this.changed();
    });
    return h("div", {}, list, button);
  }

  private kinds(): readonly Schema[] {
    return this.definition("stage").oneOf ?? [];
  }

  private adder(): HTMLElement {
    const kind = h(
      "select",
      { "aria-label": "Kind of stage" },
      ...this.kinds().map((one) => h("option", {}, one.title ?? "")),
    );
    const add = h("button", { type: "button" }, "Add stage");
    add.addEventListener("click", () => {
      this.stages.push(
        this.stageField({ kind: kind.value, name: `${kind.value}-${this.stages.length + 1}` }),
      );
      this.showStages();
      this.changed();
    });
    return h("div", { class: "controls" }, kind, add);
  }

  private stageField(given: Given): StageField {
    const kind = String(given["kind"]);
    const schema = this.kinds().find((one) => one.title === kind) ?? {};
    const changed = (): void => this.changed();
    const fields: [string, Field][] = [];
    const more: [string, Field][] = [];
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const needed = schema.required?.includes(name) ?? false;
      if (property.$ref) {
        const role = this.definition(property.$ref.replace("#/$defs/", ""));
        const first = needed || kind === "prune" ? role.oneOf?.[0]?.title : undefined;
        const use = given[name] ?? (this.cloneOf ? undefined : first);
        fields.push([name, extensionField(name, role, needed, use as string, changed)]);
      } else if (name === "name") {
        fields.unshift([name, parameterField(name, property, true, given[name], changed)]);
      } else if (name !== "kind") {
        more.push([name, parameterField(name, property, needed, given[name], changed)]);
      }
    }
    const gone = h("button", { type: "button", class: "danger" }, "Remove");
    const element = h(
      "fieldset",
      { class: "stage-form", "data-kind": kind },
      h("legend", {}, words(kind)),
      ...fields.map(([, field]) => field.element),
      more.length > 0
        ? h(
            "details",
            {},
            h("summary", {}, "More settings"),
            h("div", { class: "fields" }, ...more.map(([, field]) => field.element)),
          )
        : undefined,
      gone,
    );
    const one: StageField = {
      element,
      value: () => ({
        kind,
        ...Object.fromEntries(
          [...fields, ...more]
            .map(([name, field]) => [name, field.value()] as const)
            .filter(([, value]) => value !== undefined),
        ),
      }),
    };
    gone.addEventListener("click", () => {
      this.stages = this.stages.filter((other) => other !== one);
      this.showStages();
      this.changed();
    });
    return one;
  }

  private showStages(): void {
    this.stageList.replaceChildren(...this.stages.map((stage) => stage.element));
  }

  private scenario(): string {
    const values = Object.fromEntries(this.head.map(([name, field]) => [name, field.value()]));
    const model = values["file"] ? { file: values["file"] } : { builder: values["builder"] };
    return JSON.stringify({
      name: values["name"] ?? "",
      ...(values["seed"] === undefined ? {} : { seed: values["seed"] }),
      dataset: values["dataset"],
      model,
      stages: this.stages.map((stage) => stage.value()),
      ...(this.listeners === undefined ? {} : { listeners: this.listeners }),
    });
  }

  private changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), PREVIEW_MILLIS);
  }

  private async look(): Promise<void> {
    const asked = ++this.asked;
    try {
      const preview = await post<ScenarioPreviewJson>("preview", { scenario: this.scenario() });
      if (asked === this.asked) {
        setText(this.problem, "");
        this.show(preview);
      }
    } catch (error) {
      if (asked === this.asked) {
        setText(this.problem, (error as Error).message.replace("the submitted scenario: ", ""));
        this.preview.replaceChildren();
      }
    }
  }

  private show(preview: ScenarioPreviewJson): void {
    const trained = (preview.stages ?? []).filter((stage) => (stage.totalSteps ?? 0) > 0);
    this.preview.replaceChildren(
      ...trained.map((stage) => {
        const updates = (stage.updates ?? []).map(({ step, sparsity }) => ({
          step: step ?? 0,
          sparsity: Number(sparsity ?? 0),
        }));
        const last = updates.at(-1);
        const text =
          `${stage.name}: ${count(stage.totalSteps ?? 0)} steps` +
          (last ? `, ${updates.length} updates to ${percent(last.sparsity, 1)}` : "");
        return h(
          "figure",
          { class: "preview" },
          h("figcaption", {}, text),
          last ? schedulePicture(updates, stage.totalSteps ?? 0) : undefined,
        );
      }),
    );
  }

  private async start(): Promise<void> {
    this.submit.disabled = true;
    try {
      const tags = this.tags.value
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag);
      const run = await post<RunSummaryJson>("runs", { scenario: this.scenario(), tags });
      this.started(run.run ?? "");
    } catch (error) {
      setText(this.problem, (error as Error).message);
    } finally {
      this.submit.disabled = false;
    }
  }
}

/** Asks for the run's folder to be deleted, after saying what that means. */
export function deletionOf(
  run: string,
): Promise<{ token?: string; files?: number; bytes?: unknown }> {
  return post(ofRun(run, "deletion"), {});
}

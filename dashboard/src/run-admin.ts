// What can be done with a run beside steering it: tag it, clone it, delete it, download its files.
import { h, rebuild, setText } from "./dom";
import { bytes, count } from "./format";
import { fileUrl, ofRun, post, remove } from "./gateway";
import { deletionOf } from "./start-view";
import { num, type JsonNumber, type RunSummaryJson } from "./wire";

export class RunAdmin {
  readonly element: HTMLElement;

  private readonly tags = h("span", { class: "tags" });
  private readonly problem = h("p", { class: "problem", role: "alert" });
  private readonly question = h("p", { id: "delete-title" });
  private readonly dialog: HTMLDialogElement;
  private readonly delete = h(
    "button",
    { type: "button", class: "danger", "data-admin": "delete" },
    "Delete…",
  );
  private token = "";
  private shown: readonly string[] = [];

  constructor(private readonly run: string) {
    const edit = h("button", { type: "button", "data-admin": "tag" }, "Tags…");
    edit.addEventListener("click", () => this.editTags());
    this.delete.addEventListener("click", () => void this.ask());
    this.dialog = h(
      "dialog",
      { "aria-labelledby": "delete-title" },
      h(
        "form",
        { method: "dialog" },
        this.question,
        h(
          "div",
          { class: "controls" },
          h("button", { value: "" }, "Keep the run"),
          h("button", { class: "danger", value: "delete" }, "Delete the run"),
        ),
      ),
    );
    this.dialog.addEventListener("close", () => {
      if (this.dialog.returnValue === "delete") {
        void this.try(remove(this.run, this.token));
      }
      this.dialog.returnValue = "";
    });
    this.element = h(
      "div",
      { class: "admin" },
      this.tags,
      edit,
      h("a", { class: "button", href: `#/start?clone=${encodeURIComponent(run)}` }, "Clone"),
      h("a", { class: "button", href: fileUrl(run, "events.jsonl"), download: true }, "Events"),
      h("a", { class: "button", href: fileUrl(run, "scenario.json"), download: true }, "Scenario"),
      this.delete,
      this.dialog,
      this.problem,
    );
  }

  update(summary: RunSummaryJson | undefined, over: boolean): void {
    this.shown = summary?.tags ?? [];
    this.delete.disabled = !over;
    rebuild(this.tags, JSON.stringify(this.shown), () =>
      this.shown.map((tag) => h("span", { class: "tag" }, tag)),
    );
  }

  private editTags(): void {
    const input = h("input", { "aria-label": "Tags", value: this.shown.join(", ") });
    const save = h("button", { type: "submit" }, "Save");
    const form = h("form", { class: "tag-form" }, input, save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const tags = input.value
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag);
      form.replaceWith(this.tags);
      void this.try(post(ofRun(this.run, "tags"), { tags }));
    });
    this.tags.replaceWith(form);
    input.focus();
  }

  private async ask(): Promise<void> {
    await this.try(
      deletionOf(this.run).then((offer) => {
        this.token = offer.token ?? "";
        const size = bytes(num(offer.bytes as JsonNumber));
        setText(
          this.question,
          `Delete this run for good: ${count(offer.files ?? 0)} files, ${size}?`,
        );
        this.dialog.showModal();
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

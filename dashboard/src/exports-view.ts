// The files a run has written, to be downloaded.
import { h, rebuild, type Child } from "./dom";
import { bytes } from "./format";
import { fileUrl } from "./gateway";
import type { ExportedFile, Run } from "./run-state";

export class ExportsView {
  readonly element: HTMLElement;

  private readonly list = h("ul", { class: "exports" });

  constructor() {
    this.element = h(
      "section",
      { "aria-labelledby": "exports-title" },
      h("h2", { id: "exports-title" }, "Exports"),
      this.list,
    );
  }

  update(run: Run): void {
    rebuild(this.list, JSON.stringify(run.exports), () =>
      run.exports.length === 0
        ? [h("li", { class: "empty" }, "Nothing exported yet.")]
        : run.exports.map((file) => item(run.id, file)),
    );
  }
}

function item(run: string, file: ExportedFile): Child {
  return h(
    "li",
    {},
    h("a", { href: fileUrl(run, file.path), download: true }, file.name || file.path),
    h("span", { class: "note" }, `${file.path}, ${bytes(file.bytes)}`),
    file.sha256
      ? h(
          "span",
          { class: "note", title: `SHA-256 ${file.sha256}` },
          "SHA-256 ",
          h("code", {}, `${file.sha256.slice(0, 12)}…`),
        )
      : undefined,
  );
}

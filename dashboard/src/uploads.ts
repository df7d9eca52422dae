// Sends a model or a plugin to the server, where it takes such from browsers; says so where not.
import { h, setText } from "./dom";
import { bytes } from "./format";
import { get, upload } from "./gateway";

/** What the server takes. */
export interface Uploads {
  readonly models: boolean;
  readonly plugins: boolean;
  readonly mostBytes: number;
  /** Models that it was sent before: their paths there. */
  readonly modelFiles: readonly string[];
}

type Kind = "models" | "plugins";

const KINDS: Record<Kind, { one: string; ending: string; option: string }> = {
  models: { one: "a model", ending: ".onnx", option: "--accept-models" },
  plugins: { one: "a plugin", ending: ".jar", option: "--accept-plugins" },
};

export function readUploads(): Promise<Uploads> {
  return get<Uploads>("uploads");
}

/** A button that sends a file, or the reason why there is none; `sent` is told the path there. */
export function uploadButton(
  kind: Kind,
  uploads: Uploads,
  sent: (path: string) => void,
): HTMLElement {
  const { one, ending, option } = KINDS[kind];
  if (!uploads[kind]) {
    const why = `This server takes no ${kind} from browsers; it does when it is started with `;
    return h("p", { class: "note", "data-upload": kind }, why, h("code", {}, option), ".");
  }
  const told = h("span", { class: "note", role: "status" });
  const file = h("input", { type: "file", accept: ending, class: "hidden", tabindex: -1 });
  file.setAttribute("aria-label", `File of ${one}`);
  const button = h("button", { type: "button" }, `Upload ${one}…`);
  button.addEventListener("click", () => file.click());
  const send = async (chosen: File): Promise<void> => {
    button.disabled = true;
    setText(told, `Sending ${chosen.name}, ${bytes(chosen.size)}…`);
    try {
      if (chosen.size > uploads.mostBytes) {
        throw new Error(`${chosen.name} has more than ${bytes(uploads.mostBytes)} (--max-upload)`);
      }
      const { file: path } = await upload(kind, chosen);
      setText(told, `${chosen.name} is there.`);
      sent(path);
    } catch (error) {
      setText(told, (error as Error).message);
    } finally {
      button.disabled = false;
      file.value = "";
    }
  };
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) {
      void send(chosen);
    }
  });
  return h("div", { class: "controls", "data-upload": kind }, button, file, told);
}

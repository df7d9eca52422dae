// A form made from a JSON schema: what an extension says of its parameters is all it knows. Every
// field is a label, an input that fits the type, the unit, and the meaning below.
import { h, setText } from "./dom";
import { words } from "./format";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly "x-unit"?: string;
  /** The parameter that picks the unit, where there are several. */
  readonly "x-unit-choice"?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** A part of a form: its element, and the value that it has now; undefined leaves it out. */
export interface Field {
  readonly element: HTMLElement;
  value(): unknown;
  /** Says what the value counts. */
  setUnit?(unit: string): void;
}

/** Parameters of an extension that are not folded away. */
const MOST_AT_ONCE = 5;

let ids = 0;

/** The field of one parameter; `given` is the value it begins with. */
export function parameterField(
  name: string,
  schema: Schema,
  required: boolean,
  given: unknown,
  changed: () => void,
): Field {
  const id = `field-${++ids}`;
  const start = given ?? schema.default;
  const unit = h("span", {}, inBrackets(name, schema["x-unit"]));
  const label = h("label", { for: id }, words(name), unit, required ? " *" : "");
  const hint = h("p", { class: "note", id: `${id}-hint` }, hintOf(schema));
  const { input, value } = inputOf(id, schema, start, required);
  input.setAttribute("aria-describedby", hint.id);
  input.addEventListener("input", changed);
  const box = schema.type === "boolean";
  const element = h("div", { class: box ? "field check" : "field" }, label, input, hint);
  return {
    element,
    setUnit: (other) => setText(unit, inBrackets(name, other)),
    value: () => {
      const now = value();
      // A default stands in one place: what equals it is not said again.
      return JSON.stringify(now) === JSON.stringify(schema.default) ? undefined : now;
    },
  };
}

/** A unit, unless the name ends with it anyway. */
function inBrackets(name: string, unit: string | undefined): string {
  return unit && !words(name).endsWith(unit) ? ` (${unit})` : "";
}

interface Input {
  readonly input: HTMLElement;
  value(): unknown;
}

function inputOf(id: string, schema: Schema, start: unknown, required: boolean): Input {
  if (schema.enum) {
    return select(id, schema.enum, start, required);
  }
  switch (schema.type) {
    case "boolean": {
      const input = h("input", { id, type: "checkbox", checked: start === true });
      return { input, value: () => input.checked };
    }
    case "integer":
    case "number": {
      const input = h("input", {
        id,
        type: "number",
        step: schema.type === "integer" ? 1 : "any",
        min: schema.minimum,
        max: schema.maximum ?? schema.exclusiveMaximum,
        required,
        value: start === undefined ? "" : String(start),
      });
      return { input, value: () => (input.value === "" ? undefined : Number(input.value)) };
    }
    case "string": {
      const input = h("input", { id, required, value: start === undefined ? "" : String(start) });
      return { input, value: () => (input.value === "" ? undefined : input.value) };
    }
    default: {
      // Lists and objects are written as JSON.
      const input = h("textarea", { id, rows: 2, spellcheck: "false", required });
      input.value = start === undefined ? "" : JSON.stringify(start);
      return { input, value: () => json(input) };
    }
  }
}

function json(input: HTMLTextAreaElement): unknown {
  input.setCustomValidity("");
  if (input.value.trim() === "") {
    return undefined;
  }
  try {
    return JSON.parse(input.value) as unknown;
  } catch {
    input.setCustomValidity("This is no JSON.");
    return undefined;
  }
}

function select(id: string, options: readonly string[], start: unknown, required: boolean): Input {
  const input = h(
    "select",
    { id, required },
    ...(required || start !== undefined ? [] : [h("option", { value: "" }, "–")]),
    ...options.map((option) => h("option", { value: option, selected: option === start }, option)),
  );
  return { input, value: () => (input.value === "" ? undefined : input.value) };
}

function hintOf(schema: Schema): string {
  const bounds = [
    schema.minimum === undefined ? "" : `from ${schema.minimum}`,
    schema.maximum === undefined ? "" : `to ${schema.maximum}`,
    schema.exclusiveMaximum === undefined ? "" : `below ${schema.exclusiveMaximum}`,
  ].filter((bound) => bound);
  const range = bounds.length > 0 ? ` (${bounds.join(" ")})` : "";
  const format = schema.type === "array" || schema.type === "object" ? ", as JSON" : "";
  return `${schema.description ?? ""}${range}${format}`;
}

/** An extension and its parameters: a choice, and the fields of what is chosen. */
export function extensionField(
  label: string,
  kind: Schema,
  required: boolean,
  given: { id?: string; parameters?: Record<string, unknown> } | string | undefined,
  changed: () => void,
): Field {
  const id = `field-${++ids}`;
  const use = typeof given === "string" ? { id: given } : given;
  const choices = kind.oneOf ?? [];
  const choice = h(
    "select",
    { id, "data-role": label },
    ...(required ? [] : [h("option", { value: "" }, "none")]),
    ...choices.map((one) =>
      h("option", { value: one.title ?? "", selected: one.title === use?.id }, one.title ?? ""),
    ),
  );
  const about = h("p", { class: "note" });
  const body = h("div", { class: "fields" });
  const rest = h("div", { class: "fields" });
  const more = h("details", {}, h("summary", {}, "More parameters"), rest);
  let fields: [string, Field][] = [];
  let parameters: Schema | undefined;
  // A unit that is picked among several is the one picked now.
  const showUnits = (): void => {
    for (const [name, field] of fields) {
      const choice = parameters?.properties?.[name]?.["x-unit-choice"];
      const picked = fields.find(([one]) => one === choice)?.[1].value();
      if (choice !== undefined) {
        field.setUnit?.(String(picked ?? parameters?.properties?.[choice]?.default ?? ""));
      }
    }
  };
  const edited = (): void => {
    showUnits();
    changed();
  };
  const build = (values: Record<string, unknown>): void => {
    const chosen = choices.find((one) => one.title === choice.value);
    parameters = chosen?.properties?.["parameters"];
    about.textContent = chosen?.description ?? "";
    fields = Object.entries(parameters?.properties ?? {}).map(([name, schema]) => [
      name,
      parameterField(
        name,
        schema,
        parameters?.required?.includes(name) ?? false,
        values[name],
        edited,
      ),
    ]);
    showUnits();
    // What must be given, what is given, and the first few are seen at once.
    const first = fields.filter(
      ([name], i) => i < MOST_AT_ONCE || parameters?.required?.includes(name) || name in values,
    );
    const others = fields.filter((field) => !first.includes(field));
    body.replaceChildren(...first.map(([, field]) => field.element));
    rest.replaceChildren(...others.map(([, field]) => field.element));
    more.hidden = others.length === 0;
  };
  choice.addEventListener("change", () => {
    build({});
    changed();
  });
  build(use?.parameters ?? {});
  return {
    element: h(
      "fieldset",
      { class: "extension" },
      h("legend", {}, h("label", { for: id }, words(label))),
      choice,
      about,
      body,
      more,
    ),
    value: () => {
      if (choice.value === "") {
        return undefined;
      }
      const parameters = Object.fromEntries(
        fields
          .map(([name, field]) => [name, field.value()] as const)
          .filter(([, value]) => value !== undefined),
      );
      return Object.keys(parameters).length > 0 ? { id: choice.value, parameters } : choice.value;
    },
  };
}

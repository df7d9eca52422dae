// Small means to build and change the page without touching what stays the same.

export type Child = Node | string | undefined;

type Attributes = Record<string, string | number | boolean | undefined>;

/** A new element. Attributes that are false or undefined are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    setAttribute(element, name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

export function setText(node: Node, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | undefined,
): void {
  if (value === undefined || value === false) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

const keys = new WeakMap<Element, string>();

/** Rebuilds the children of an element, but only when the key has changed. */
export function rebuild(element: Element, key: string, children: () => Child[]): void {
  if (keys.get(element) !== key) {
    keys.set(element, key);
    element.replaceChildren(...children().filter((child) => child !== undefined));
  }
}

/** Runs the drawing once per frame however often it is asked for; more rarely in a hidden tab. */
export function onceAFrame(draw: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) {
      return;
    }
    asked = true;
    const run = (): void => {
      asked = false;
      draw();
    };
    if (document.hidden) {
      setTimeout(run, 1_000);
    } else {
      requestAnimationFrame(run);
    }
  };
}

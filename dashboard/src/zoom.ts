// Zooming and moving along an axis by keyboard.

export type Range = readonly [number, number];

/** The keys, for those who ask or hear. */
export const ZOOM_KEYS = "+ - ArrowLeft ArrowRight Escape";

/**
 * The part of the whole that is shown after a key: undefined for the whole, `range` itself if the
 * key means nothing.
 */
export function zoomedBy(key: string, range: Range, whole: Range): Range | undefined {
  const [from, to] = range;
  const width = to - from;
  switch (key) {
    case "+":
    case "=":
      return [from + width / 4, to - width / 4];
    case "-":
      return within([from - width / 2, to + width / 2], whole);
    case "ArrowLeft":
      return moved(range, -Math.min(width / 4, from - whole[0]));
    case "ArrowRight":
      return moved(range, Math.min(width / 4, whole[1] - to));
    case "Escape":
      return undefined;
    default:
      return range;
  }
}

function moved(range: Range, by: number): Range {
  return by === 0 ? range : [range[0] + by, range[1] + by];
}

function within([from, to]: Range, [first, last]: Range): Range | undefined {
  return from <= first && to >= last ? undefined : [Math.max(from, first), Math.min(to, last)];
}

/** Zooms by a key from what is shown, undefined for the whole; false if the key means nothing. */
export function zoomByKey(
  key: string,
  shown: Range | undefined,
  whole: Range,
  zoom: (range: Range | undefined) => void,
): boolean {
  const range = shown ?? whole;
  const next = zoomedBy(key, range, whole);
  if (next === range) {
    return false;
  }
  zoom(next);
  return true;
}

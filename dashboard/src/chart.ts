// One chart: uPlot with our colours, the boundaries of the stages, and a zoom that is told, not kept.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Aligned } from "./align";
import { h, setAttribute } from "./dom";
import { compact, count, shortDate, timeOfDay } from "./format";
import { ZOOM_KEYS } from "./zoom";

const HEIGHT = 210;

export interface Curve {
  readonly label: string;
  /** Name of a CSS custom property. */
  readonly color: string;
  readonly width: number;
  readonly dash?: number[];
  /** Drawn as dots, joined by a thin line. */
  readonly marks?: boolean;
}

export interface Boundary {
  readonly x: number;
  readonly label: string;
}

export interface ChartOptions {
  readonly title: string;
  readonly curves: readonly Curve[];
  readonly format: (value: number) => string;
  readonly yRange: (low: number | null, high: number | null) => [number, number];
  /** Whether the y axis is logarithmic. */
  readonly log?: boolean;
  /** Whether x is time, in seconds since the epoch. */
  readonly time?: boolean;
  /** The user chose a part of the x axis, or all of it. */
  readonly onZoom: (range: [number, number] | undefined) => void;
  /** A key was pressed on the chart; true if it meant something. */
  readonly onKey: (key: string) => boolean;
}

export class Chart {
  readonly element: HTMLElement;

  private readonly plot: uPlot;
  private readonly host = h("div", {
    class: "plot",
    tabindex: 0,
    role: "group",
    "aria-keyshortcuts": ZOOM_KEYS,
  });
  /** The curves without the legend, which speaks for itself. */
  private readonly picture: Element;
  private readonly observer: ResizeObserver;
  private boundaries: readonly Boundary[] = [];

  constructor(private readonly options: ChartOptions) {
    this.element = h("figure", { class: "chart" }, h("figcaption", {}, options.title), this.host);
    this.plot = new uPlot(this.plotOptions(), this.empty(), this.host);
    this.picture = this.plot.root.querySelector(".u-wrap")!;
    this.picture.setAttribute("role", "img");
    this.host.setAttribute("aria-label", `${options.title}; plus and minus zoom, arrows move`);
    this.host.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && options.onKey(event.key)) {
        event.preventDefault();
      }
    });
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.host);
  }

  /** Pixel columns that curves have. */
  get columns(): number {
    return Math.max(50, Math.round(this.plot.bbox.width / devicePixelRatio));
  }

  update(
    data: Aligned,
    range: readonly [number, number],
    boundaries: readonly Boundary[],
    description: string,
  ): void {
    this.boundaries = boundaries;
    setAttribute(this.picture, "aria-label", `${this.options.title}. ${description}`);
    this.plot.batch(() => {
      this.plot.setData([data.x, ...data.values] as uPlot.AlignedData, false);
      this.plot.setScale("x", { min: range[0], max: range[1] });
    });
  }

  destroy(): void {
    this.observer.disconnect();
    this.plot.destroy();
  }

  private empty(): uPlot.AlignedData {
    return [[], ...this.options.curves.map(() => [])] as uPlot.AlignedData;
  }

  private resize(): void {
    const width = this.host.clientWidth;
    if (width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: HEIGHT });
    }
  }

  private plotOptions(): uPlot.Options {
    const { curves, format, yRange } = this.options;
    return {
      width: 400,
      height: HEIGHT,
      padding: [20, 20, 0, 0],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        sync: { key: "espalier", scales: ["x", null] },
        bind: {
          dblclick: () => () => {
            this.options.onZoom(undefined);
            return null;
          },
        },
      },
      scales: {
        x: { time: this.options.time ?? false },
        y: this.options.log
          ? { distr: 3, log: 10 }
          : { range: (_, low, high) => yRange(low, high) },
      },
      axes: [
        axis({
          space: this.options.time ? 90 : 60,
          size: 28,
          ...(this.options.time
            ? { values: (_, splits) => times(splits) }
            : { incrs: [1, 2, 5].flatMap((n) => powers(n)).sort((a, b) => a - b) }),
        }),
        axis({
          size: 58,
          values: (_, splits) => splits.map((value) => (value === null ? "" : tick(value, format))),
        }),
      ],
      series: [
        this.options.time
          ? { label: "time", value: (_, value) => (value === null ? "–" : timeOfDay(value * 1000)) }
          : { label: "step", value: (_, value) => (value === null ? "–" : count(value)) },
        ...curves.map((curve) => series(curve, format)),
      ],
      hooks: {
        draw: [(plot) => drawBoundaries(plot, this.boundaries)],
        setSelect: [(plot) => this.selected(plot)],
      },
    };
  }

  private selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width > 2) {
      this.options.onZoom([plot.posToVal(left, "x"), plot.posToVal(left + width, "x")]);
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    }
  }
}

const DAY_SECONDS = 86_400;

/** Moments in seconds, with their days where there are several. */
function times(seconds: readonly number[]): string[] {
  const days = seconds.at(-1)! - seconds[0]! > DAY_SECONDS;
  return seconds.map((at) => (days ? shortDate(at * 1000) : timeOfDay(at * 1000)));
}

/** There is no room for more beside the axis. */
const MOST_LETTERS = 8;

function tick(value: number, format: (value: number) => string): string {
  const text = format(value);
  return text.length > MOST_LETTERS ? compact(value) : text;
}

function powers(n: number): number[] {
  return Array.from({ length: 9 }, (_, i) => n * 10 ** i);
}

function axis(options: uPlot.Axis): uPlot.Axis {
  return {
    stroke: () => cssColor("--muted"),
    grid: { stroke: () => cssColor("--grid"), width: 1 },
    ticks: { stroke: () => cssColor("--grid"), width: 1, size: 4 },
    font: "11px system-ui, sans-serif",
    ...options,
  };
}

function series(curve: Curve, format: (value: number) => string): uPlot.Series {
  return {
    label: curve.label,
    stroke: () => cssColor(curve.color),
    width: curve.width,
    spanGaps: true,
    ...(curve.dash ? { dash: curve.dash } : {}),
    points: curve.marks
      ? { show: true, size: 6, fill: () => cssColor(curve.color) }
      : { show: (_, __, first, last) => first === last, size: 6 },
    value: (_, value) => (value === null || value === undefined ? "–" : format(value)),
  };
}

/** A dashed line where a stage begins, and its name where there is room. */
function drawBoundaries(plot: uPlot, boundaries: readonly Boundary[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = cssColor("--boundary");
  ctx.fillStyle = cssColor("--muted");
  ctx.lineWidth = ratio;
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  const right = bbox.left + bbox.width;
  const places = boundaries
    .map(({ x, label }) => ({ at: Math.round(plot.valToPos(x, "x", true)) + 0.5, label }))
    .filter(({ at }) => at >= bbox.left - 1 && at <= right + 1);
  places.forEach(({ at, label }, i) => {
    ctx.beginPath();
    ctx.moveTo(at, bbox.top - 14 * ratio);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    const room = (places[i + 1]?.at ?? right + 10 * ratio) - at;
    if (ctx.measureText(label).width + 8 * ratio <= room) {
      ctx.fillText(label, at + 4 * ratio, bbox.top - 3 * ratio);
    }
  });
  ctx.restore();
}

export function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

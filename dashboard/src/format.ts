// Numbers and times as people read them.

const integer = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const significant = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const dayAndTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

export const NONE = "–";

export function count(value: number): string {
  return Number.isFinite(value) ? integer.format(value) : NONE;
}

/** In few letters, such as 2.5M; powers of ten where that takes more. */
export function compact(value: number): string {
  return Math.abs(value) < 1e15 ? short.format(value) : value.toExponential(0).replace("+", "");
}

/** A share from 0 to 1, as a percentage. */
export function percent(value: number, digits = 2): string {
  return Number.isFinite(value) ? `${(value * 100).toFixed(digits)} %` : NONE;
}

/** Four significant digits; powers of ten where it is tiny or huge. */
export function figure(value: number): string {
  if (Number.isNaN(value)) {
    return "not a number";
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "∞" : "−∞";
  }
  const size = Math.abs(value);
  return (size > 0 && size < 1e-4) || size >= 1e9
    ? value.toExponential(2).replace("+", "").replaceAll("-", "−")
    : significant.format(value);
}

/** A measured value, formatted by what its standard name says it is. */
export function measured(name: string, value: number): string {
  if (/accuracy|sparsity/.test(name) && value >= 0 && value <= 1) {
    return percent(value);
  }
  return /bytes$/.test(name) ? bytes(value) : figure(value);
}

export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? count(value) : significant.format(value)} ${units[unit]}`;
}

/** 0.4 s, 12 s, 3:05 min, 2:03:07 h */
export function duration(seconds: number): string {
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  return whole < 3600
    ? `${Math.floor(whole / 60)}:${two(whole % 60)} min`
    : `${Math.floor(whole / 3600)}:${two((whole / 60) % 60)}:${two(whole % 60)} h`;
}

export function timeOfDay(millis: number): string {
  return clock.format(millis);
}

export function shortDate(millis: number): string {
  return dayAndTime.format(millis);
}

export function fullDate(millis: number): string {
  return full.format(millis);
}

/** learningRateSchedule → learning rate schedule */
export function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}

// Numbers as people read them.
import { expect, it } from "vitest";
import { bytes, compact, count, duration, figure, measured, percent } from "../src/format";

it("gives shares as percentages", () => {
  expect(percent(0.70004)).toBe("70.00 %");
  expect(percent(NaN)).toBe("–");
});

it("gives figures four digits, and tiny ones a power of ten", () => {
  expect(figure(1234.5678)).toBe("1,235");
  expect(figure(0.123456)).toBe("0.1235");
  expect(figure(0.0000123)).toBe("1.23e−5");
  expect(figure(1e30)).toBe("1.00e30");
  expect(figure(0)).toBe("0");
  expect(figure(NaN)).toBe("not a number");
  expect(figure(-Infinity)).toBe("−∞");
});

it("says large figures in few letters", () => {
  expect([1_234_567, 60_000, -2.5e9, 3e20].map(compact)).toEqual(["1.23M", "60K", "-2.5B", "3e20"]);
});

it("formats a measurement by its name", () => {
  expect(measured("accuracy", 0.9876)).toBe("98.76 %");
  expect(measured("loss", 0.5)).toBe("0.5");
  expect(measured("file_bytes", 1_254_000)).toBe("1.254 MB");
});

it("gives counts, sizes and durations", () => {
  expect(count(1234567)).toBe("1,234,567");
  expect(bytes(812)).toBe("812 bytes");
  expect([0.42, 12.3, 59.7, 185, 7387].map(duration)).toEqual([
    "0.4 s",
    "12 s",
    "1:00 min",
    "3:05 min",
    "2:03:07 h",
  ]);
});

#!/usr/bin/env node
// Runs the demo for several seeds and prints mean and spread of its figures as a Markdown table.
//
//   node examples/quickstart/seeds.mjs 1 2 3 [-- options of `espalier demo`]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const espalier = fileURLToPath(new URL("../../espalier", import.meta.url));
const words = process.argv.slice(2);
const cut = words.includes("--") ? words.indexOf("--") : words.length;
const seeds = words.slice(0, cut);
if (seeds.length === 0 || !seeds.every((seed) => /^-?\d+$/.test(seed))) {
  console.error("usage: node seeds.mjs SEED... [-- options of `espalier demo`]");
  process.exit(2);
}

const results = seeds.map((seed) => {
  const options = ["demo", "--headless", "--json", "--seed", seed, ...words.slice(cut + 1)];
  const run = spawnSync(espalier, options, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (run.status !== 0) {
    process.exit(run.status ?? 70);
  }
  return JSON.parse(run.stdout.trim().split("\n").at(-1));
});

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function spread(values) {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / Math.max(1, values.length - 1));
}

function cell(stages, figure, digits) {
  const values = stages.map(figure);
  return `${mean(values).toFixed(digits)} ± ${spread(values).toFixed(digits)}`;
}

console.log(`${results[0].dataset}, seeds ${seeds.join(", ")}: mean ± standard deviation\n`);
console.log("| model | accuracy | sparsity | unique values | ONNX bytes | gzip bytes |");
console.log("|---|---|---|---|---|---|");
for (const [i, { stage }] of results[0].stages.entries()) {
  const stages = results.map((result) => result.stages[i]);
  const cells = [
    cell(stages, (s) => s.accuracy, 4),
    cell(stages, (s) => s.achievedSparsity, 4),
    Math.max(...stages.map((s) => s.uniqueValues)),
    mean(stages.map((s) => s.bytes.onnx)).toFixed(0),
    cell(stages, (s) => s.bytes.gzip, 0),
  ];
  console.log(`| ${stage} | ${cells.join(" | ")} |`);
}
console.log(`\nseconds a run: ${cell(results, (result) => result.seconds, 1)}`);

// Uses the dashboard of a running gateway as a person would, in a real browser: starts a run from the
// form, approves its plan, changes its target, pauses and resumes it, reloads in mid-run, clones it,
// and compares the two runs; in light and dark, at a desktop's and a phone's width.
//
//   node e2e/tour.mjs <baseUrl> [--screenshots dir]
//
// The gateway needs the digits, the tutorial's network and the plugins that come along. Exit code 0
// if all is right. CHROMIUM names the browser (default /usr/bin/chromium).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { screenshots: { type: "string" } },
});
const base = positionals[0].replace(/\/*$/, "/");
const OVER = /SUCCEEDED|FAILED|CANCELLED/;
let failures = 0;

function check(ok, message, detail = "") {
  console.log(`${ok ? "ok  " : "FAIL"} ${message}${!ok && detail ? `: ${detail}` : ""}`);
  failures += ok ? 0 : 1;
}

async function until(ask, millis = 60_000) {
  const end = Date.now() + millis;
  for (;;) {
    const answer = await ask();
    if (answer || Date.now() > end) {
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const shown = (page) =>
  page.evaluate(() => ({ ...(document.querySelector("[data-run]")?.dataset ?? {}) }));
const state = (page, wanted) => until(async () => wanted.test((await shown(page)).state ?? ""));

async function events(run) {
  const all = [];
  for (;;) {
    const answer = await fetch(new URL(`api/v1/runs/${run}/events?from=${all.length + 1}`, base));
    const { events: batch, lastSeq } = await answer.json();
    all.push(...batch);
    if (all.length >= lastSeq) {
      return all;
    }
  }
}

async function fill(page) {
  await page.getByLabel("name *").first().fill("tour");
  const stages = page.locator(".stage-form");
  await until(async () => (await stages.count()) === 4);
  await stages.nth(0).getByLabel("epochs (epochs)", { exact: true }).fill("3");
  const prune = stages.nth(1);
  await prune.getByLabel("epochs (epochs)", { exact: true }).fill("60");
  await prune.getByText("More settings").click();
  await prune.getByLabel("approve").check();
  const curve = page.locator(".preview .schedule");
  check(await until(() => curve.count()), "the schedule is shown before the run starts");
}

async function steer(page) {
  await page.locator('[data-steer="value"]').fill("0.9");
  await page.locator('[data-steer="set"]').click();
  const told = page.locator(".steer [role=status]");
  check(
    await until(async () => (await told.textContent()).includes("target sparsity is 0.9")),
    "the target can be changed while it runs",
    await told.textContent(),
  );
  await page.locator('[data-command="pause"]').click();
  check(await state(page, /PAUSED/), "the run can be paused");
  await page.reload();
  check(await state(page, /PAUSED/), "a reload in mid-run shows it as it is");
  await page.locator('[data-command="resume"]').click();
  check(await state(page, /RUNNING|SUCCEEDED/), "the run can be resumed");
}

async function complete(page, run) {
  check(await state(page, OVER), "the run ends");
  const log = await events(run);
  const points = log.filter((event) => event.step).length;
  const got = await until(async () => {
    const now = await shown(page);
    return Number(now.appliedSeq) === log.length && now;
  });
  check(got.state === "RUN_STATE_SUCCEEDED", "the run succeeds", got.state);
  check(
    Number(got.stepPoints) === points,
    `no point is lost or doubled of ${points}`,
    got.stepPoints,
  );
  check(got.duplicates === "0", "nothing came twice", got.duplicates);
  const last = log.filter((event) => event.step?.targetSparsity !== undefined).at(-1);
  check(
    last.step.targetSparsity === 0.9,
    "the changed target is reached",
    last.step.targetSparsity,
  );
}

async function startFromForm(page) {
  await page.goto(`${base}#/start`);
  await fill(page);
  await page.getByRole("button", { name: "Start the run" }).click();
  check(await until(async () => (await shown(page)).run), "the form starts a run");
  return (await shown(page)).run;
}

async function cloned(page, run) {
  await page.goto(`${base}#/start?clone=${encodeURIComponent(run)}`);
  const prune = page.locator(".stage-form").nth(1);
  await until(() => prune.count());
  await prune.getByLabel("epochs (epochs)", { exact: true }).fill("12");
  await prune.getByText("More settings").click();
  await prune.getByLabel("approve").uncheck();
  await page.getByRole("button", { name: "Start the run" }).click();
  await until(async () => ![undefined, run].includes((await shown(page)).run));
  check(await state(page, /SUCCEEDED/), "a clone runs too", (await shown(page)).state);
}

async function looks(browser, run) {
  const places = {
    run: `#/run/${run}`,
    start: "#/start",
    compare: "#/compare",
    plugins: "#/plugins",
  };
  for (const [look, colorScheme, width, height] of [
    ["light", "light", 1400, 1000],
    ["dark", "dark", 1400, 1000],
    ["phone", "light", 390, 844],
    ["phone-dark", "dark", 390, 844],
  ]) {
    const page = await newPage(browser, { colorScheme, viewport: { width, height } });
    for (const [name, hash] of Object.entries(places)) {
      await page.goto(base + hash);
      await page.waitForTimeout(1_000);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      check(!wide, `${name}, ${look}: nothing sticks out at ${width} pixels`);
      if (options.screenshots) {
        mkdirSync(options.screenshots, { recursive: true });
        const path = join(options.screenshots, `${name}-${look}.png`);
        await page.screenshot({ path, fullPage: true });
      }
    }
    await page.close();
  }
}

async function newPage(browser, settings) {
  const page = await browser.newPage(settings);
  page.on("console", (message) => {
    // What a half-filled form asks for is refused, and a browser says so by itself.
    if (message.type() === "error" && !/400 \(Bad Request\)/.test(message.text())) {
      check(false, "nothing on the console", message.text());
    }
  });
  page.on("pageerror", (error) => check(false, "no errors in the page", String(error)));
  return page;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
try {
  const page = await newPage(browser, { viewport: { width: 1400, height: 1000 } });
  const run = await startFromForm(page);
  const approve = page.locator('[data-plan="approve"]');
  check(await until(() => approve.isVisible()), "the plan waits for consent");
  await approve.click();
  check(await until(async () => !(await approve.isVisible())), "the plan can be approved");
  await steer(page);
  await complete(page, run);
  await cloned(page, run);
  await page.goto(`${base}#/compare`);
  check(
    await until(() => page.locator(".front").count()),
    "two runs are compared, with their front",
  );
  await looks(browser, run);
} catch (error) {
  check(false, "no exceptions", error.stack);
} finally {
  await browser.close();
}
console.log(failures === 0 ? "PASSED" : `FAILED: ${failures} checks`);
process.exit(failures === 0 ? 0 : 1);

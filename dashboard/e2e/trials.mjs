// Shows runs that are out of the ordinary: a thousand of them, one that failed, one that was cancelled,
// one of a single event, one with a very long name, one that is deleted while it is open, and none.
//
//   node e2e/trials.mjs <baseUrl> --failed run --begun run [--screenshots dir]
//
// The gateway needs more than a thousand runs, those named among them, the digits, and the plugins that
// come along. Exit code 0 if all is right. CHROMIUM names the browser (default /usr/bin/chromium).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { accessible } from "./access.mjs";
import { check, done, isWide, launch, listen, shown, until } from "./browser.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    failed: { type: "string" },
    begun: { type: "string" },
    screenshots: { type: "string" },
  },
});
const base = positionals[0].replace(/\/*$/, "/");

async function api(path, body, method = body ? "POST" : "GET") {
  const init = { method, ...(body ? { body: JSON.stringify(body) } : {}) };
  return (await fetch(new URL(`api/v1/${path}`, base), init)).json();
}

async function open(page, run) {
  await page.goto(`${base}#/run/${encodeURIComponent(run)}`);
  const there = async () => {
    const now = await shown(page);
    return now.run === run && now.seq > 0;
  };
  check(await until(there, 20_000), `${run} opens`);
}

async function looksRight(page, name) {
  check(!(await isWide(page)), `${name}: nothing sticks out`);
  await accessible(page, name, "main");
  if (options.screenshots) {
    mkdirSync(options.screenshots, { recursive: true });
    await page.screenshot({ path: join(options.screenshots, `${name}.png`) });
  }
}

const off = (page) => page.locator("[data-command]:enabled").count();

async function many(page) {
  await page.goto(base);
  const links = page.locator("[data-run-link]");
  check(await until(async () => (await links.count()) > 1_000), "a thousand runs are listed");
  await page.getByLabel("Search runs").fill("idle-0777");
  check(await until(async () => (await links.count()) === 1), "one of them is found");
  await page.getByLabel("Search runs").fill("nothing like that");
  const none = page.locator("#runs", { hasText: "No run has that" });
  check(await until(() => none.count()), "a search that finds none says so");
  await page.getByLabel("Search runs").fill("");
  await page.goto(`${base}#/compare`);
  await page.getByLabel("Find runs").fill("idle-0777");
  const choices = page.locator(".choice:visible");
  check(await until(async () => (await choices.count()) === 1), "one can be chosen to compare");
  await looksRight(page, "many runs");
}

async function failed(page) {
  await open(page, options.failed);
  check(await page.locator(".failure").isVisible(), "a failed run says why");
  check((await off(page)) === 0, "and nothing of it can be steered");
  check(await page.getByRole("link", { name: "Report" }).isHidden(), "and it has no report");
  await looksRight(page, "a failed run");
}

async function cancelled(page) {
  const name = "a-run-whose-name-is-as-long-as-a-name-may-be-which-is-64-letters";
  const scenario = {
    name,
    dataset: "digits",
    model: { builder: "tutorial-cnn" },
    stages: [
      {
        name: "train",
        kind: "train",
        fineTuner: { id: "jvm", parameters: { epochs: 2_000 } },
      },
    ],
  };
  const tags = ["t".repeat(32)];
  const { run } = await api("runs", { scenario: JSON.stringify(scenario), tags });
  await open(page, run);
  await until(async () => (await shown(page)).state === "RUN_STATE_RUNNING");
  await page.locator('[data-command="cancel"]').click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  const over = async () => (await shown(page)).state === "RUN_STATE_CANCELLED";
  check(await until(over), "a run is cancelled once that is confirmed");
  check((await off(page)) === 0, "and nothing of it can be steered");
  check(await page.locator(".failure").isHidden(), "that is no failure");
  await page.setViewportSize({ width: 390, height: 844 });
  await looksRight(page, "a long name");
  await page.setViewportSize({ width: 1400, height: 1000 });
  return run;
}

async function deleted(page, run) {
  const { token } = await api(`runs/${run}/deletion`, {});
  await api(`runs/${run}?token=${encodeURIComponent(token)}`, undefined, "DELETE");
  const other = async () => ![undefined, run].includes((await shown(page)).run);
  check(await until(other), "a run that is deleted while it is open makes room for another");
  await page.goto(`${base}#/run/${run}`);
  const told = page.locator("main", { hasText: "cannot be shown" });
  check(await until(() => told.count()), "a run that is not there is told to be so");
}

async function begun(page) {
  await open(page, options.begun);
  await looksRight(page, "a run of one event");
  await page.locator('[data-replay="toggle"]').click();
  const playing = page.locator('[data-replay="position"]');
  check(await until(() => playing.isVisible()), "even that is replayed");
}

const browser = await launch();
try {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  const page = listen(await context.newPage(), (text) => /404 \(Not Found\)/.test(text));
  await many(page);
  await failed(page);
  await begun(page);
  await deleted(page, await cancelled(page));
} catch (error) {
  check(false, "no exceptions", error.stack);
} finally {
  await browser.close();
}
done();

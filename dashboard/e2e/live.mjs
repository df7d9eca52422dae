// Opens the dashboard of a running gateway in a real browser and checks that it shows a run rightly:
// every point once, live, after a reload, offline and after the server went away and came back.
//
//   node e2e/live.mjs <baseUrl> [--run id] [--screenshots dir] [--no-drop] [--steer]
//     [--timeout seconds]
//
// The gateway needs a run, best one in progress for ten seconds more. To have the server drop its
// connections, this prints the line DROP and waits for the line DROPPED on standard input; whoever
// started it restarts the HTTP server on the same port in between. --no-drop leaves that out.
// --steer also pauses and resumes the run.
// Exit code 0 if all is right, 1 if not. CHROMIUM names the browser (default /usr/bin/chromium).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import {
  check,
  done,
  isWide,
  launch,
  listen,
  OVER,
  shown,
  sleep,
  until as ask,
} from "./browser.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    run: { type: "string" },
    screenshots: { type: "string" },
    drop: { type: "boolean", default: true },
    steer: { type: "boolean", default: false },
    timeout: { type: "string", default: "120" },
  },
});
if (positionals.length !== 1) {
  console.error("usage: node e2e/live.mjs <baseUrl> [--run id] [--screenshots dir] [--no-drop]");
  process.exit(1);
}
const base = positionals[0].replace(/\/*$/, "/");
const deadline = Date.now() + Number(options.timeout) * 1000;

/** Asks until the answer is true, at most until the deadline. */
const until = (question, millis = Infinity) =>
  ask(question, Math.min(millis, deadline - Date.now()));

async function get(path) {
  const response = await fetch(new URL(path, base));
  if (!response.ok) {
    throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  }
  return response.json();
}

/** What the log says: its end, and how many step points are valid. Written apart from the page. */
async function truth(run) {
  const steps = new Set();
  let seq = 0;
  let last = 0;
  do {
    const batch = await get(
      `api/v1/runs/${encodeURIComponent(run)}/events?from=${seq + 1}&limit=5000`,
    );
    last = batch.lastSeq;
    for (const event of batch.events) {
      if (event.seq !== ++seq) {
        throw new Error(`the log has ${event.seq} where ${seq} should be`);
      }
      if (event.step) {
        steps.add(`${event.step.stageIndex}:${event.step.step}`);
      } else if (event.runResumed) {
        const { stageIndex, step } = event.runResumed;
        for (const key of steps) {
          const [stage, number] = key.split(":").map(Number);
          if (stage > stageIndex || (stage === stageIndex && number > step)) {
            steps.delete(key);
          }
        }
      }
    }
  } while (seq < last);
  return { lastSeq: last, points: steps.size };
}

async function checkComplete(page, run, when) {
  const expected = await truth(run);
  const got = await until(async () => {
    const now = await shown(page);
    return now?.seq === expected.lastSeq && now;
  }, 15_000);
  const last = got || (await shown(page));
  check(
    last?.seq === expected.lastSeq,
    `${when}: applied up to ${expected.lastSeq}`,
    `${last?.seq}`,
  );
  check(
    last?.points === expected.points,
    `${when}: ${expected.points} step points`,
    `${last?.points}`,
  );
  check(last?.duplicates === 0, `${when}: no duplicates`, `${last?.duplicates}`);
}

/** The run may go on meanwhile: what the log had before must be there, and nothing too much. */
async function checkCatchesUp(page, run, when) {
  const before = await truth(run);
  const got = await until(async () => {
    const now = await shown(page);
    return now?.seq >= before.lastSeq && now;
  }, 30_000);
  check(
    Boolean(got),
    `${when}: caught up with ${before.lastSeq}`,
    JSON.stringify(await shown(page)),
  );
  check((got || (await shown(page)))?.duplicates === 0, `${when}: no duplicates`);
}

async function newestRun() {
  return until(async () => {
    const { runs = [] } = await get("api/v1/runs").catch(() => ({}));
    return runs.sort((a, b) => b.startedMillis - a.startedMillis)[0]?.run;
  }, 30_000);
}

async function reconnects(page, lose, regain, when) {
  await lose();
  const lost = await until(async () => (await shown(page))?.connection === "reconnecting", 30_000);
  check(lost, `${when}: the page says that it is reconnecting`);
  await regain();
  const back = await until(async () => (await shown(page))?.connection === "open", 30_000);
  check(back, `${when}: the page is connected again`);
}

/** The connection is lost and back before anybody could ask: the page's own record tells. */
async function watchConnection(page) {
  await page.evaluate(() => {
    window.lostConnections = 0;
    new MutationObserver(() => {
      const { connection } = document.querySelector("[data-run]")?.dataset ?? {};
      window.lostConnections += connection === "reconnecting" ? 1 : 0;
    }).observe(document.body, { subtree: true, attributeFilter: ["data-connection"] });
  });
}

async function dropByServer(page) {
  const lines = createInterface({ input: process.stdin });
  const dropped = new Promise((resolve, reject) => {
    lines.on("line", (line) => line.trim() === "DROPPED" && resolve());
    lines.on("close", () => reject(new Error("standard input ended before DROPPED")));
  });
  await watchConnection(page);
  console.log("DROP");
  await dropped;
  lines.removeAllListeners("close");
  lines.close();
  process.stdin.unref?.();
  const lost = await until(() => page.evaluate(() => window.lostConnections > 0), 30_000);
  check(lost, "server drop: the page lost its connection");
  const back = await until(async () => (await shown(page))?.connection === "open", 30_000);
  check(back, "server drop: the page is connected again");
}

async function steer(page) {
  const state = (wanted) => until(async () => (await shown(page)).state === wanted, 15_000);
  await page.locator('[data-command="pause"]').click();
  check(await state("RUN_STATE_PAUSED"), "the run can be paused");
  await sleep(500);
  const { points } = await shown(page);
  await sleep(500);
  check((await shown(page)).points === points, "a paused run makes no steps");
  await page.locator('[data-command="resume"]').click();
  check(await state("RUN_STATE_RUNNING"), "the run can be resumed");
}

async function screenshots(browser, run) {
  if (!options.screenshots) {
    return;
  }
  mkdirSync(options.screenshots, { recursive: true });
  for (const [name, colorScheme, width, height] of [
    ["light", "light", 1400, 1000],
    ["dark", "dark", 1400, 1000],
    ["phone", "light", 390, 844],
  ]) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height } });
    await page.goto(`${base}#/run/${encodeURIComponent(run)}`);
    await until(async () => (await shown(page))?.seq > 0, 10_000);
    await sleep(1_000);
    await page.screenshot({ path: join(options.screenshots, `${name}.png`), fullPage: true });
    check(!(await isWide(page)), `${name}: nothing sticks out at ${width} pixels`);
    await page.close();
  }
}

async function checkOutcome(page, run, state) {
  check(OVER.test(state), `the run has ended (${state})`);
  const buttons = await page.locator("[data-command]:enabled").count();
  check(buttons === 0, "no button is enabled after the end", `${buttons}`);
  if (state === "RUN_STATE_SUCCEEDED") {
    const links = await page
      .locator(".exports a, .run-actions a")
      .evaluateAll((all) => all.map((link) => link.href));
    check(
      links.some((link) => link.endsWith("/report.html")),
      "the report is linked",
    );
    for (const link of links) {
      const { status } = await fetch(link);
      check(status === 200, `${link.slice(base.length)} can be downloaded`, `${status}`);
    }
  }
  if (state === "RUN_STATE_FAILED") {
    check(await page.locator(".failure").isVisible(), "the failure is shown");
  }
  const listed = await page.locator(`[data-run-link="${run}"][aria-current]`).count();
  check(listed === 1, "the run is selected in the list");
}

const browser = await launch();

async function main() {
  const run = options.run ?? (await newestRun());
  check(run !== undefined, "the gateway has a run");
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  const page = await context.newPage();
  // While the network is taken away, errors of the network are to be expected, and no others.
  let away = false;
  const expected = (text) => away && /net::|WebSocket|Failed to load|Failed to fetch/.test(text);
  listen(page, expected);

  await page.goto(options.run ? `${base}#/run/${encodeURIComponent(run)}` : base);
  const link = page.locator(`[data-run-link="${run}"]`);
  check(await until(() => link.count(), 15_000), `the list has run ${run}`);
  check(await until(async () => (await shown(page))?.run === run, 15_000), "the run is shown");
  check(page.url().includes("#/run/"), "the address names the run", page.url());
  await checkCatchesUp(page, run, "opened");

  const inProgress = async () => !OVER.test((await shown(page)).state);
  if (await inProgress()) {
    const { points } = await shown(page);
    const more = await until(
      async () => (await shown(page)).points > points || !(await inProgress()),
    );
    check(more, `the curves fill while it runs (${points} points at first)`);
    await page.reload();
    await until(async () => (await shown(page))?.seq > 0, 15_000);
    await checkCatchesUp(page, run, "reloaded in mid-run");
    if (options.steer) {
      await steer(page);
    }
  } else {
    console.log("note the run had ended before it could be watched");
  }

  away = true;
  await reconnects(
    page,
    () => context.setOffline(true),
    () => context.setOffline(false),
    "offline",
  );
  await checkCatchesUp(page, run, "online again");
  if (options.drop) {
    await dropByServer(page);
    await checkCatchesUp(page, run, "after the server's drop");
  }
  // What failed while the network was away may be reported a little later.
  await sleep(500);
  away = false;

  await until(async () => OVER.test((await shown(page)).state));
  await checkComplete(page, run, "at the end");
  await page.reload();
  await until(async () => (await shown(page))?.seq > 0, 15_000);
  await checkComplete(page, run, "reloaded after the end");
  await checkOutcome(page, run, (await shown(page)).state);
  await screenshots(browser, run);
}

try {
  await main();
} catch (error) {
  check(false, "no exceptions", error.stack);
} finally {
  await browser.close();
}
done();

// Measures how the page keeps up: frames a second while a run floods it with events, beside the same
// page while nothing comes, and the time to open a long run that is over.
//
//   node e2e/pace.mjs [--events 1000] [--seconds 5] [--open <url of a run's page>]
//
// Prints one line of JSON. The flood comes from the fake gateway over a real connection; --open names
// a page of a real one. Time to open goes from an empty tab to a page that has drawn the curves of
// all events. CHROMIUM names the browser.
import { parseArgs } from "node:util";
import { launch, shown, sleep, until } from "./browser.mjs";
import { FakeGateway } from "./fake-gateway.mjs";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "1000" },
    seconds: { type: "string", default: "5" },
    open: { type: "string" },
  },
});
const RUN = "flood";
const VIEWPORT = { viewport: { width: 1400, height: 1000 } };

/** Frames a second, the longest time between two in milliseconds, and events applied a second. */
async function frames(page, seconds) {
  const before = (await shown(page)).seq;
  const { times, millis } = await page.evaluate(
    (length) =>
      new Promise((resolve) => {
        const seen = [];
        const start = performance.now();
        const next = (now) => {
          seen.push(now);
          if (now - start < length) {
            requestAnimationFrame(next);
          } else {
            resolve({ times: seen, millis: performance.now() - start });
          }
        };
        requestAnimationFrame(next);
      }),
    seconds * 1000,
  );
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  return {
    framesPerSecond: (gaps.length * 1000) / (times.at(-1) - times[0]),
    longestMillis: Math.max(...gaps),
    eventsPerSecond: (((await shown(page)).seq - before) * 1000) / millis,
  };
}

async function flood(browser) {
  const gateway = new FakeGateway();
  await gateway.start();
  gateway.addRun(RUN, { scenario: "flood", dataset: "none", seed: 1, scale: 1_000 });
  const page = await browser.newPage(VIEWPORT);
  await page.goto(`http://127.0.0.1:${gateway.port}/#/run/${RUN}`);
  gateway.advance(RUN, 100);
  await until(async () => (await shown(page)).seq >= 100);
  await sleep(1_000);
  const idle = await frames(page, Number(options.seconds));
  const stop = gateway.drive(RUN, Number(options.events));
  await sleep(1_000);
  const flooded = await frames(page, Number(options.seconds));
  stop();
  const { duplicates } = await shown(page);
  await page.close();
  await gateway.stop();
  return { idle, flooded, duplicates };
}

async function open(browser, url) {
  const page = await browser.newPage(VIEWPORT);
  const start = performance.now();
  await page.goto(url);
  await page.waitForFunction(
    () =>
      document.querySelector("[data-run]")?.dataset.state === "RUN_STATE_SUCCEEDED" &&
      document.querySelector(".chart canvas") !== null,
  );
  // The frame after has it on the screen.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve())));
  const millis = performance.now() - start;
  const { seq: events, points } = await shown(page);
  await page.close();
  return { millis, events, points };
}

const browser = await launch();
try {
  const result = options.open
    ? { open: await open(browser, options.open) }
    : { flood: await flood(browser) };
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
}

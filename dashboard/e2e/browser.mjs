// What the end-to-end checks share: a browser, a page that must stay silent, checks that are counted,
// and what the page says of itself.
import { chromium } from "playwright-core";

export const OVER = /SUCCEEDED|FAILED|CANCELLED/;

let failures = 0;

export function check(ok, message, detail = "") {
  const seconds = (performance.now() / 1000).toFixed(1).padStart(5);
  console.log(
    `${ok ? "ok  " : "FAIL"} ${seconds} s ${message}${!ok && detail ? `: ${detail}` : ""}`,
  );
  failures += ok ? 0 : 1;
}

/** Says how it went, and ends the process: 0 if all was right. */
export function done() {
  console.log(failures === 0 ? "PASSED" : `FAILED: ${failures} checks`);
  process.exit(failures === 0 ? 0 : 1);
}

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Asks until the answer is true or the time is over, and returns the last answer. */
export async function until(ask, millis = 60_000) {
  const end = Date.now() + millis;
  for (;;) {
    const answer = await ask();
    if (answer || Date.now() > end) {
      return answer;
    }
    await sleep(50);
  }
}

/** CHROMIUM names the browser. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Counts errors on the console and in the page as failures, those that `expected` names excepted. */
export function listen(page, expected = () => false) {
  page.on("console", (message) => {
    if (message.type() === "error" && !expected(message.text())) {
      check(false, "nothing on the console", `${message.text()} ${message.location().url}`);
    }
  });
  page.on("pageerror", (error) => check(false, "no errors in the page", String(error)));
  return page;
}

/** What the page says of the run that it shows; without `run` while it shows none. */
export async function shown(page) {
  const data = await page.evaluate(() => ({
    ...(document.querySelector("[data-run]")?.dataset ?? {}),
  }));
  return {
    ...data,
    seq: Number(data.appliedSeq),
    points: Number(data.stepPoints),
    duplicates: Number(data.duplicates),
  };
}

/** Whether something sticks out of the page to the side. */
export function isWide(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
}

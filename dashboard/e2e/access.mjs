// How a page is for those who use no pointer or do not see it: what axe-core finds, and the keyboard.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** More keys than that to get anywhere are too many. */
const MOST_KEYS = 300;

/** What a long list has after its first few is like them. */
const MORE_OF_THE_SAME = ["#runs > li:nth-child(n+20)", ".choice-list > :nth-child(n+20)"];

/** Checks the page as it is by the rules of WCAG 2 and good practice; nothing is fetched. */
export async function accessible(page, name, part = "html") {
  await page.evaluate(AXE);
  const found = await page.evaluate(
    async (where) => {
      const { violations } = await window.axe.run(where, { resultTypes: ["violations"] });
      return violations.map(({ id, impact, nodes }) => {
        const places = nodes.slice(0, 3).map((node) => node.target.join(" "));
        return `${impact} ${id}: ${places.join(", ")}`;
      });
    },
    { include: [part], exclude: MORE_OF_THE_SAME },
  );
  check(found.length === 0, `${name} is accessible`, found.join("; "));
}

/** Goes to an element as the keyboard does, forwards or with Shift+Tab backwards. */
export async function tabTo(page, locator, key = "Tab") {
  for (let keys = 0; keys < MOST_KEYS; keys++) {
    if (await locator.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press(key);
  }
  const at = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80));
  throw new Error(`no key leads to ${locator}; the last one to ${at}`);
}

/** Puts a text in place of what a field holds. */
export async function typeInto(page, locator, text) {
  await tabTo(page, locator);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Remembers what is announced to those who hear the page, until it is loaded anew. */
export async function listenToAnnouncements(page) {
  await page.evaluate(() => {
    window.announced = [];
    const region = document.getElementById("announcements");
    new MutationObserver(() => window.announced.push(region.textContent)).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
}

export function announced(page) {
  return page.evaluate(() => window.announced);
}

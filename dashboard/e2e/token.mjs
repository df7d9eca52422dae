// A dashboard whose gateway wants a token, in a real browser: it asks once, takes no wrong one, and
// works from then on, live connection and downloads included; a token in the URL is taken out of it.
//
//   ESPALIER_TOKEN=… node e2e/token.mjs <baseUrl>
//
// Exit code 0 if all is right. CHROMIUM names the browser (default /usr/bin/chromium).
import { chromium } from "playwright-core";

const base = process.argv[2].replace(/\/*$/, "/");
const token = process.env.ESPALIER_TOKEN;
let failures = 0;

function check(ok, message) {
  console.log(`${ok ? "ok  " : "FAIL"} ${message}`);
  failures += ok ? 0 : 1;
}

async function isLive(page) {
  const live = page.locator('[data-connection="open"]');
  await live.waitFor({ timeout: 20_000 });
  return page.evaluate(async () => (await fetch("metrics")).status);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
});
try {
  const asked = await (await browser.newContext()).newPage();
  await asked.goto(base);
  const field = asked.getByLabel("Token");
  await field.fill("not the token at all");
  await field.press("Enter");
  await asked.getByText("not the server's token").waitFor();
  check(
    (await asked.evaluate(async () => (await fetch("api/v1/runs")).status)) === 401,
    "kept out",
  );
  await field.fill(token);
  await field.press("Enter");
  check((await isLive(asked)) === 200, "let in with the token");
  check(
    await asked.evaluate(
      (secret) => !document.cookie.includes(secret) && !location.href.includes(secret),
      token,
    ),
    "scripts do not see the token",
  );
  await asked.reload();
  check((await isLive(asked)) === 200, "not asked again");
  check((await asked.locator("[data-token]").count()) === 0, "no question after a reload");
  await asked.getByRole("heading", { name: "No runs yet" }).waitFor();
  await asked.getByRole("link", { name: "Start one" }).click();
  await asked.getByRole("heading", { name: "Start a run" }).waitFor();
  check(true, "without runs it offers to start one");

  const linked = await (await browser.newContext()).newPage();
  await linked.goto(`${base}?token=${encodeURIComponent(token)}`);
  check((await isLive(linked)) === 200, "let in by the URL");
  check(!linked.url().includes("token"), "the URL does not keep the token");
} finally {
  await browser.close();
}
process.exitCode = failures ? 1 : 0;

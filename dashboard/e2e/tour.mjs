// Uses the dashboard of a running gateway as a person would, in a real browser. By keyboard alone:
// starts a run from the form, approves its plan, changes its target, pauses and resumes it, reloads in
// mid-run, compares it with its clone. With the pointer too: clones it, replays it, looks at its model,
// cuts channels of another, tags, finds and deletes it, unloads and loads a plugin, sends a model and a
// plugin. In light and dark, at a desktop's and a phone's width, each page is accessible.
//
//   node e2e/tour.mjs <baseUrl> [--long run] [--screenshots dir]
//
// --long names a finished run of so many steps that the server thins its curves: it is zoomed into.
// The gateway needs the digits, the networks and the plugins that come along. Exit code 0 if all is
// right. CHROMIUM names the browser (default /usr/bin/chromium).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { accessible, announced, listenToAnnouncements, tabTo, typeInto } from "./access.mjs";
import { check, done, isWide, launch, listen, OVER, shown, until } from "./browser.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { screenshots: { type: "string" }, long: { type: "string" } },
});
const base = positionals[0].replace(/\/*$/, "/");
const DESKTOP = { viewport: { width: 1400, height: 1000 } };

const state = (page, wanted) => until(async () => wanted.test((await shown(page)).state ?? ""));

async function api(path, body) {
  const init = body && { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(new URL(`api/v1/${path}`, base), init);
  return response.json();
}

async function events(run) {
  const all = [];
  for (;;) {
    const { events: batch, lastSeq } = await api(`runs/${run}/events?from=${all.length + 1}`);
    all.push(...batch);
    if (all.length >= lastSeq) {
      return all;
    }
  }
}

async function newPage(browser, settings) {
  // What a half-filled form asks for is refused, and a browser says so by itself.
  return listen(await browser.newPage(settings), (text) => /400 \(Bad Request\)/.test(text));
}

async function picture(page, name) {
  if (options.screenshots) {
    mkdirSync(options.screenshots, { recursive: true });
    await page.screenshot({ path: join(options.screenshots, `${name}.png`), fullPage: true });
  }
}

async function fillByKeyboard(page) {
  const stages = page.locator(".stage-form");
  await until(async () => (await stages.count()) === 4);
  await typeInto(page, page.getByLabel("name *").first(), "tour");
  await typeInto(page, stages.nth(0).getByLabel("epochs", { exact: true }), "3");
  const prune = stages.nth(1);
  check(await prune.getByLabel("begin (steps)").count(), "a schedule says what it counts");
  await typeInto(page, prune.getByLabel("epochs", { exact: true }), "40");
  await tabTo(page, prune.locator("summary", { hasText: "More settings" }));
  await page.keyboard.press("Enter");
  await tabTo(page, prune.getByLabel("approve"));
  await page.keyboard.press("Space");
  const curve = page.locator(".preview .schedule");
  check(await until(() => curve.count()), "the schedule is shown before the run starts");
}

async function startByKeyboard(page) {
  const before = (await shown(page)).run;
  await tabTo(page, page.getByRole("link", { name: "Start", exact: true }));
  await page.keyboard.press("Enter");
  await fillByKeyboard(page);
  await tabTo(page, page.getByRole("button", { name: "Start the run" }));
  await page.keyboard.press("Enter");
  const started = async () => ![undefined, before].includes((await shown(page)).run);
  check(await until(started), "the keyboard starts a run");
  return (await shown(page)).run;
}

async function decideByKeyboard(page, name) {
  const approve = page.locator('[data-plan="approve"]');
  check(await until(() => approve.isVisible()), `${name} waits for consent`);
  await accessible(page, "a plan");
  await picture(page, `plan-${name}`);
  await tabTo(page, approve);
  await page.keyboard.press("Enter");
  check(await until(async () => !(await approve.isVisible())), `${name} can be approved`);
}

async function steerByKeyboard(page) {
  await listenToAnnouncements(page);
  await typeInto(page, page.locator('[data-steer="value"]'), "0.9");
  await page.keyboard.press("Enter");
  const told = page.locator(".steer [role=status]");
  check(
    await until(async () => (await told.textContent()).includes("target sparsity is 0.9")),
    "the target can be changed while it runs",
    await told.textContent(),
  );
  const { points } = await shown(page);
  check(await until(async () => (await shown(page)).points > points), "the curves grow");
  const { seq } = await shown(page);
  await tabTo(page, page.locator('[data-command="pause"]'), "Shift+Tab");
  await page.keyboard.press("Enter");
  check(await state(page, /PAUSED/), "the run can be paused");
  const resume = page.locator('[data-command="resume"]');
  const focused = () => resume.evaluate((button) => button === document.activeElement);
  check(await until(focused, 5_000), "the keyboard is then on Resume");
  const said = await until(async () => {
    const all = await announced(page);
    return all.some((text) => /paused/.test(text)) && all;
  }, 5_000);
  check(said && said.length < 5 && seq > 20, "states are announced, not every event", said);
  await page.reload();
  check(await state(page, /PAUSED/), "a reload in mid-run shows it as it is");
  await tabTo(page, resume);
  await page.keyboard.press("Enter");
  check(await state(page, /RUNNING|SUCCEEDED/), "the run can be resumed");
}

async function complete(page, run) {
  check(await state(page, OVER), "the run ends");
  const log = await events(run);
  const points = log.filter((event) => event.step).length;
  const got = await until(async () => {
    const now = await shown(page);
    return now.seq === log.length && now;
  });
  check(got.state === "RUN_STATE_SUCCEEDED", "the run succeeds", got.state);
  check(got.points === points, `no point is lost or doubled of ${points}`, got.points);
  check(got.duplicates === 0, "nothing came twice", got.duplicates);
  const last = log.filter((event) => event.step?.targetSparsity !== undefined).at(-1);
  check(
    last.step.targetSparsity === 0.9,
    "the changed target is reached",
    last.step.targetSparsity,
  );
  return points;
}

async function cloned(page, run) {
  await page.goto(`${base}#/start?clone=${encodeURIComponent(run)}`);
  const prune = page.locator(".stage-form").nth(1);
  await until(() => prune.count());
  await prune.getByLabel("epochs", { exact: true }).fill("12");
  await prune.getByText("More settings").click();
  await prune.getByLabel("approve").uncheck();
  await page.getByRole("button", { name: "Start the run" }).click();
  await until(async () => ![undefined, run].includes((await shown(page)).run));
  check(await state(page, /SUCCEEDED/), "a clone runs too", (await shown(page)).state);
}

async function compared(page) {
  await tabTo(page, page.getByRole("link", { name: "Compare", exact: true }));
  await page.keyboard.press("Enter");
  check(
    await until(() => page.locator(".front").count()),
    "two runs are compared, with their front",
  );
  const overlay = (runs) => until(() => page.locator(`[data-overlay="${runs}"]`).count());
  const compared = await page.locator(".choice input:checked").count();
  check(compared >= 2 && (await overlay(compared)), "their curves lie one over the other");
  await tabTo(page, page.locator(".choice input").first());
  await page.keyboard.press("Space");
  check(await overlay(compared - 1), "the keyboard takes one out");
  const told = await page.locator("[data-overlay] [role=img]").first().getAttribute("aria-label");
  check(/steps, last \d/.test(told), "the curves are told in words", told);
}

async function replayed(page, run, points) {
  await page.goto(`${base}#/run/${run}`);
  await until(async () => (await shown(page)).points === points);
  await page.locator('[data-replay="toggle"]').click();
  const within = async () => {
    const now = await shown(page);
    return now.points > 0 && now.points < points;
  };
  check(await until(within), "a replay shows the run as it grew");
  const position = page.locator('[data-replay="position"]');
  await position.fill("500");
  check(await until(within), "a replay can be held in the middle");
  await picture(page, "replay");
  await position.fill("1000");
  const end = await until(async () => (await shown(page)).points === points);
  check(end, "its end is the run as it is");
  check((await shown(page)).duplicates === 0, "a replay doubles nothing");
  await accessible(page, "a replay");
  await page.locator('[data-replay="toggle"]').click();
  check(await state(page, /SUCCEEDED/), "after the replay the run is as it is");
}

async function measured(page) {
  const bars = page.locator(".waterfall tbody tr");
  check(await until(async () => (await bars.count()) >= 8), "sizes fall from form to form");
  check(await page.getByText("Precision").count(), "each class has its figures");
  await page.getByText("Values as a table").click();
  const values = page.locator(".values tbody tr");
  check(await until(async () => (await values.count()) > 15), "the curves are there in figures");
  const log = await page.locator(".log").textContent();
  check(/paused.*continued.*run succeeded/.test(log), "the log tells what was done", log);
}

async function curves(page) {
  const first = page.locator(".chart .u-over").first();
  await first.scrollIntoViewIfNeeded();
  await first.hover();
  const places = () =>
    page.locator(".charts .u-legend .u-series:first-child .u-value").allTextContents();
  const linked = await until(async () => {
    const all = await places();
    return all.length === 5 && new Set(all).size === 1 && all[0] !== "–" && all;
  }, 5_000);
  check(linked, "the cursors of all curves are at one step", await places());
  await page.getByLabel("smoothing").fill("0.9");
  await page.getByLabel("log loss").check();
  await page.getByLabel("over time").check();
  const label = page.locator(".charts .u-legend .u-series:first-child .u-label").first();
  const time = await until(async () => (await label.textContent()) === "time", 5_000);
  check(time, "curves go over time too");
  await picture(page, "curves-over-time");
}

async function cut(page) {
  const scenario = {
    name: "cut",
    dataset: { id: "digits", parameters: { size: 32, channels: 3 } },
    model: { builder: "resnet-20" },
    stages: [
      { name: "shrink", kind: "shrink", channelPruner: "l2-norm", sparsity: 0.5, approve: true },
      { name: "small", kind: "export" },
    ],
  };
  const { run } = await api("runs", { scenario: JSON.stringify(scenario) });
  await page.goto(`${base}#/run/${run}`);
  await decideByKeyboard(page, "shrink");
  check(await state(page, /SUCCEEDED/), "channels are cut", (await shown(page)).state);
  const halved = page.locator(".run .layers", { hasText: "Weights kept" });
  check(await until(() => halved.count()), "channels are told before and after");
  const stays = page.locator(".run summary", { hasText: "What stays, and why" });
  check(await stays.count(), "what stays is told with its reason");
  return run;
}

async function graph(page) {
  const layers = page.locator(".nodes button");
  check(await until(() => layers.count()), "the model's graph is shown");
  await layers.nth(1).focus();
  const members = page.locator(".nodes .member");
  check((await members.count()) > 2, "what leaves together is marked", await members.count());
  const told = await page.locator(".group-told").textContent();
  check(/channels that can leave/.test(told), "and told in words", told);
  await layers.last().focus();
  const why = await page.locator(".group-told").textContent();
  check(/stay, because/.test(why), "channels that stay say why", why);
  check(await page.locator(".edges path").count(), "lines join the nodes");
}

async function administered(page, run) {
  await page.goto(`${base}#/run/${run}`);
  await page.locator('[data-admin="tag"]').click();
  await page.getByLabel("Tags", { exact: true }).fill("narrow");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Search runs").fill("narrow");
  const listed = page.locator("[data-run-link]");
  check(await until(async () => (await listed.count()) === 1), "a run is found by its tag");
  await page.locator('[data-admin="delete"]').click();
  await until(() => page.getByRole("button", { name: "Delete the run" }).isVisible());
  await accessible(page, "the question before a run is deleted");
  await page.getByRole("button", { name: "Delete the run" }).click();
  await page.getByLabel("Search runs").fill("");
  const gone = async () => !(await page.locator(`[data-run-link="${run}"]`).count());
  check(await until(gone), "a run is deleted once that is confirmed");
}

async function zoomed(page, run) {
  await page.goto(`${base}#/run/${run}`);
  await until(async () => (await shown(page)).run === run);
  check(await state(page, /SUCCEEDED/), "a long run opens");
  const thinned = page.locator("[data-thinned]", { hasText: / of 30,000 points are drawn/ });
  check(await until(() => thinned.count(), 5_000), "it says what it leaves out");
  check(await page.getByRole("link", { name: "Report" }).isHidden(), "no report, no button");
  const plot = page.locator(".chart .u-over").first();
  await plot.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await plot.boundingBox();
  const answer = page.waitForResponse((response) => response.url().includes("fromPoint="));
  await page.mouse.move(x + width * 0.5, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.55, y + height / 2, { steps: 3 });
  await page.mouse.up();
  const { curves } = await (await answer).json();
  const whole = curves.step.every((step, i) => i === 0 || step === curves.step[i - 1] + 1);
  check(whole && curves.step.length > 100, "a zoomed part has every point", curves.step.length);
  const drawn = page.locator(`[data-detail-points="${curves.step.length}"]`);
  check(await until(() => drawn.count()), "and they are drawn");
  await picture(page, "zoom");
  await page.locator(".plot").first().press("Escape");
  check(await until(async () => !(await drawn.count())), "a key shows all of it again");
  await page.locator('[data-replay="toggle"]').click();
  const few = page.locator('[data-replay="left-out"]');
  const said = await until(async () => /points are left out/.test(await few.textContent()));
  check(said, "a replay of a long run says what it leaves out");
}

async function plugged(page) {
  await page.goto(`${base}#/plugins`);
  const plugin = page.locator('section:has([data-jar^="random-"])');
  const is = (wanted) =>
    until(async () => (await plugin.getAttribute("data-plugin-state")) === wanted);
  const change = (name) => plugin.locator(`[data-change="${name}"]`).click();
  check(await is("STARTED"), "plugins are listed with their state");
  await change("unload");
  check(await is("UNLOADED"), "a plugin can be unloaded");
  await change("load");
  check(await is("STARTED"), "and loaded again");
  await change("reload");
  check(await is("STARTED"), "and reloaded");
}

async function uploaded(page, run) {
  await page.goto(`${base}#/start`);
  const model = await fetch(new URL(`api/v1/runs/${run}/files/models/pruned.onnx`, base));
  const buffer = Buffer.from(await model.arrayBuffer());
  const button = page.locator('[data-upload="models"]');
  const file = { name: "mine.onnx", mimeType: "application/octet-stream", buffer };
  await button.locator("input").setInputFiles(file);
  check(await until(() => button.getByText("is there").count()), "a model is sent to the server");
  const path = await page.getByLabel("model file").inputValue();
  check(/mine\.onnx$/.test(path), "the form takes it", path);
  const curve = page.locator(".preview .schedule");
  check(await until(() => curve.count()), "a run can start with it");
  await button.locator("input").setInputFiles(file);
  const refused = button.getByText("already");
  check(await until(() => refused.count()), "no model takes the place of another");
  await page.goto(`${base}#/plugins`);
  const told = await page.locator('[data-upload="plugins"]').textContent();
  check(/--accept-plugins/.test(told), "what the server takes not is said", told);
}

/** Names of classes as a data set with longer ones has them. */
async function withClassNames(page) {
  await page.route("**/files/measurements.json", async (route) => {
    const answer = await route.fetch();
    if (!answer.ok()) {
      await route.fulfill({ response: answer });
      return;
    }
    const classNames = Array.from({ length: 10 }, (_, i) => `Ankle boot no. ${i}`);
    await route.fulfill({ json: { ...(await answer.json()), classNames } });
  });
}

async function looks(browser, run, small) {
  const places = {
    run: `#/run/${run}`,
    cut: `#/run/${small}`,
    start: "#/start",
    compare: "#/compare",
    plugins: "#/plugins",
  };
  const all = [
    ["light", "light", 1400, 1000],
    ["dark", "dark", 1400, 1000],
    ["phone", "light", 390, 844],
    ["phone-dark", "dark", 390, 844],
  ].map(async ([look, colorScheme, width, height]) => {
    const page = await newPage(browser, { colorScheme, viewport: { width, height } });
    await withClassNames(page);
    for (const [name, hash] of Object.entries(places)) {
      await page.goto(base + hash);
      await page.waitForTimeout(400);
      if (name === "run") {
        const named = page.getByRole("rowheader", { name: "Ankle boot no. 9" });
        const twice = await until(async () => (await named.count()) === 2, 10_000);
        check(twice, `${look}: classes have their names`);
      }
      check(!(await isWide(page)), `${name}, ${look}: nothing sticks out at ${width} pixels`);
      await picture(page, `${name}-${look}`);
      if (look === "light" || look === "phone-dark") {
        await accessible(page, `${name}, ${look}`);
      }
    }
    await page.close();
  });
  await Promise.all(all);
}

const browser = await launch();
try {
  const page = await newPage(browser, DESKTOP);
  await page.goto(base);
  await until(() => page.locator('#connection[data-connection="open"]').count());
  const run = await startByKeyboard(page);
  await decideByKeyboard(page, "prune");
  await steerByKeyboard(page);
  const points = await complete(page, run);
  await measured(page);
  await curves(page);
  await cloned(page, run);
  await compared(page);
  await replayed(page, run, points);
  const small = await cut(page);
  await graph(page);
  if (options.long) {
    await zoomed(page, options.long);
  }
  await plugged(page);
  await uploaded(page, run);
  await looks(browser, run, small);
  await administered(page, small);
} catch (error) {
  check(false, "no exceptions", error.stack);
} finally {
  await browser.close();
}
done();

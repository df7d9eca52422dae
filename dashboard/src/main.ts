// Entry point: ties the list of runs, the run that the URL names, and the page together.
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/run.css";
import "./styles/forms.css";
import "./styles/plots.css";
import "./styles/model.css";
import "./styles/measured.css";
import "./styles/narrow.css";
import { admit } from "./admission";
import { Announcer } from "./announcer";
import { Bus } from "./bus";
import { Clock } from "./clock";
import { h, onceAFrame, setAttribute, setText } from "./dom";
import { CompareView } from "./compare-view";
import { busUrl, listenToDeletions, listenToRuns, listRuns, probe } from "./gateway";
import { PluginsView } from "./plugins-view";
import { RunList } from "./run-list";
import { found, runHash, updateRunList } from "./run-list-view";
import { RunSession } from "./run-session";
import { stateOf } from "./run-state";
import type { Shown } from "./run-view";
import { StartView } from "./start-view";
import { lookOf } from "./states";

const RETRY_MILLIS = 2_000;

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const main = byId("main");
const listElement = byId("runs");
const connection = byId("connection");
const toggle = byId("runs-toggle");
const search = byId("search") as HTMLInputElement;

await admit();

const bus = new Bus(busUrl());
const clock = new Clock();
const runs = new RunList();
const announcer = new Announcer(byId("announcements"));
const redraw = onceAFrame(draw);
const nothing = h("p", { class: "empty" }, "Waiting for the server…");
const whyNot = h("p", { class: "problem", role: "alert" });
const notShown = h("article", { class: "run" }, h("h1", {}, "No such run"), whyNot);
const noRuns = h(
  "article",
  { class: "run" },
  h("h1", {}, "No runs yet"),
  h(
    "p",
    {},
    h("a", { href: "#/start" }, "Start one"),
    ", or run a scenario from the command line.",
  ),
);

/** Whether the keyboard was on something of what is shown. */
let keyboardInMain = false;

/** A page that is no run. */
interface Page {
  readonly element: HTMLElement;
  destroy?(): void;
}

let listed = false;
/** It was open once: being without a connection then means that it was lost. */
let connectedBefore = false;
let session: RunSession | undefined;
let page: Page | undefined;

function hashRun(): string | undefined {
  const match = /^#\/run\/(.+)$/.exec(location.hash);
  try {
    return match ? decodeURIComponent(match[1]!) : undefined;
  } catch {
    return undefined;
  }
}

/** A page that is no run; undefined for a run's. */
function otherPage(): Page | undefined {
  const [path, query = ""] = location.hash.slice(2).split("?");
  const parameters = new URLSearchParams(query);
  switch (path) {
    case "start":
      return new StartView(parameters.get("clone") ?? undefined, (run) => {
        location.hash = runHash(run);
      });
    case "compare":
      return new CompareView(runs.newestFirst(), parameters.getAll("run"));
    case "plugins":
      return new PluginsView(bus);
    default:
      return undefined;
  }
}

/** Shows the page or the run of the URL; without one, the newest run. */
function select(): void {
  // A page begins with what is known: it waits for the list of runs.
  page?.destroy?.();
  page = listed ? otherPage() : undefined;
  if (page || /^#\/(start|compare|plugins)/.test(location.hash)) {
    session?.stop();
    session = undefined;
    showRuns(false);
    redraw();
    return;
  }
  const named = hashRun();
  const wanted = named ?? runs.newest();
  if (wanted === undefined) {
    return;
  }
  if (named === undefined) {
    history.replaceState(null, "", runHash(wanted));
  }
  if (wanted !== session?.id) {
    session?.stop();
    session = new RunSession(wanted, bus, clock, redraw);
  }
  showRuns(false);
  redraw();
}

async function askForList(): Promise<void> {
  while (bus.open) {
    runs.asking();
    try {
      runs.replace((await listRuns()).runs ?? []);
      listed = true;
      if (!session && !page) {
        select();
      }
      redraw();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
    }
  }
}

function draw(): void {
  const shownRuns = runs.newestFirst().filter((run) => found(run, search.value));
  const searched = search.value.trim() !== "";
  updateRunList(listElement, listed ? shownRuns : undefined, session?.id, searched);
  setText(connection, bus.open ? "Live" : connectedBefore ? "Reconnecting…" : "Connecting…");
  setAttribute(connection, "data-connection", bus.open ? "open" : "reconnecting");
  if (page) {
    show(page.element);
    document.title = `${page.element.querySelector("h1")?.textContent ?? ""} – Espalier`;
    return;
  }
  if (!session) {
    document.title = "Espalier";
    show(listed ? noRuns : nothing);
    return;
  }
  if (session.problem !== undefined) {
    document.title = "Espalier";
    setText(whyNot, `Run ${session.id} cannot be shown: ${session.problem}`);
    show(notShown);
    return;
  }
  session.tick();
  const shown: Shown = {
    run: session.shown,
    replay: session.replay,
    summary: runs.get(session.id),
    connected: bus.open,
    clock,
  };
  show(session.view.element);
  session.view.update(shown);
  if (!session.replay) {
    announcer.update(shown);
  }
  document.title = titleOf(shown);
}

function show(element: HTMLElement): void {
  if (main.firstElementChild !== element) {
    main.replaceChildren(element);
  }
  // What had the keyboard may be gone: it goes on from the beginning of what is shown.
  if (keyboardInMain && document.activeElement === document.body) {
    main.focus({ preventScroll: true });
  }
}

function titleOf({ run, summary }: Shown): string {
  const look = lookOf(stateOf(run, summary));
  return `${look.sign} ${run.scenario || run.id} – Espalier`;
}

/** On a narrow screen the list is folded away until it is asked for. */
function showRuns(open: boolean): void {
  setAttribute(toggle, "aria-expanded", String(open));
  document.body.classList.toggle("runs-open", open);
}

toggle.addEventListener("click", () => {
  showRuns(toggle.getAttribute("aria-expanded") !== "true");
});
listElement.addEventListener("click", () => showRuns(false));
byId("skip").addEventListener("click", (event) => {
  // The URL's fragment names the run.
  event.preventDefault();
  main.focus();
});
addEventListener("focusin", (event) => {
  keyboardInMain = main.contains(event.target as Node);
});
addEventListener("hashchange", select);
// Without a network the server may still be there, on this very machine.
addEventListener("offline", () => void probe(bus));
addEventListener("visibilitychange", redraw);
setInterval(redraw, 1_000);

listenToRuns(bus, (summary) => {
  runs.hear(summary);
  if (summary.run === session?.id) {
    session?.heard(summary);
  }
  if (listed && !session && !page) {
    select();
  }
  redraw();
});
listenToDeletions(bus, (run) => {
  runs.forget(run);
  if (run === session?.id) {
    session.stop();
    session = undefined;
    location.hash = "#/";
    select();
  }
  redraw();
});
search.addEventListener("input", redraw);
bus.onConnection((open) => {
  connectedBefore ||= open;
  if (open) {
    void askForList();
  }
  redraw();
});
select();
redraw();

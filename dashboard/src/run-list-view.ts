// The list of runs, newest first, each a link.
import { h, rebuild, type Child } from "./dom";
import { fullDate, shortDate } from "./format";
import { lookOf } from "./states";
import { num, type RunSummaryJson } from "./wire";

const NONE_YET = "No runs here. They appear as soon as they start.";
const NONE_FOUND = "No run has that in its name, data set, state or tags.";

export function runHash(run: string): string {
  return `#/run/${encodeURIComponent(run)}`;
}

export function updateRunList(
  list: Element,
  runs: readonly RunSummaryJson[] | undefined,
  selected: string | undefined,
  searched: boolean,
): void {
  if (!runs) {
    return;
  }
  const key = JSON.stringify([
    selected,
    searched,
    runs.map(({ run, scenario, dataset, state, startedMillis, stageIndex, stages }) => [
      run,
      scenario,
      dataset,
      state,
      startedMillis,
      stageIndex,
      stages?.length,
    ]),
    runs.map((run) => run.tags),
  ]);
  const focused = document.activeElement?.getAttribute("href");
  rebuild(list, key, () =>
    runs.length === 0
      ? [h("li", { class: "empty" }, searched ? NONE_FOUND : NONE_YET)]
      : runs.map((summary) => item(summary, selected)),
  );
  // A rebuilt list keeps the keyboard where it was.
  if (focused && document.activeElement === document.body) {
    list.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }
}

function item(summary: RunSummaryJson, selected: string | undefined): Child {
  const run = summary.run ?? "";
  const look = lookOf(summary.state);
  const current = run === selected;
  return h(
    "li",
    {},
    h(
      "a",
      {
        href: runHash(run),
        "aria-current": current ? "page" : undefined,
        "data-run-link": run,
        title: run,
      },
      h("span", { class: `sign ${look.tone}`, "aria-hidden": "true" }, look.sign),
      h("span", { class: "run-name" }, summary.scenario || run),
      h("span", { class: "run-meta" }, meta(summary)),
      h("span", { class: "run-meta" }, look.label, startTime(summary)),
      summary.tags?.length
        ? h(
            "span",
            { class: "run-meta tags" },
            ...summary.tags.map((tag) => h("span", { class: "tag" }, tag)),
          )
        : undefined,
    ),
  );
}

function meta(summary: RunSummaryJson): string {
  const stage = summary.stages?.[summary.stageIndex ?? -1];
  const parts = [summary.dataset, summary.state === "RUN_STATE_RUNNING" ? stage?.name : undefined];
  return parts.filter((part) => part).join(" · ");
}

function startTime(summary: RunSummaryJson): Child {
  const millis = num(summary.startedMillis);
  if (!(millis > 0)) {
    return undefined;
  }
  const iso = new Date(millis).toISOString();
  return h("time", { datetime: iso, title: fullDate(millis) }, ` · ${shortDate(millis)}`);
}

/** Whether a run has a text in its name, data set, state or tags. */
export function found(summary: RunSummaryJson, search: string): boolean {
  const { run, scenario, dataset, state, tags = [] } = summary;
  return [run, scenario, dataset, lookOf(state).label, ...tags].some((text) =>
    text?.toLowerCase().includes(search.trim().toLowerCase()),
  );
}

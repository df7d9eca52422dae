// The list of runs: what was published while it was asked for.
import { describe, expect, it } from "vitest";
import { RunList } from "../src/run-list";

describe("the list of runs", () => {
  it("is sorted by start, those that wait first", () => {
    const list = new RunList();
    list.replace([
      { run: "old", startedMillis: 1 },
      { run: "new", startedMillis: 2 },
      { run: "waiting", startedMillis: 0 },
    ]);
    expect(list.newestFirst().map((summary) => summary.run)).toEqual(["waiting", "new", "old"]);
    expect(list.newest()).toBe("new");
  });

  it("keeps what was published after it was asked for", () => {
    const list = new RunList();
    list.asking();
    list.hear({ run: "a", state: "RUN_STATE_SUCCEEDED", lastSeq: 9 });
    list.hear({ run: "b", state: "RUN_STATE_RUNNING", lastSeq: 1 });
    list.replace([{ run: "a", state: "RUN_STATE_RUNNING", lastSeq: 8 }]);
    expect(list.get("a")?.state).toBe("RUN_STATE_SUCCEEDED");
    expect(list.get("b")).toBeDefined();
  });

  it("takes a newer answer, and forgets runs that are gone", () => {
    const list = new RunList();
    list.hear({ run: "gone", lastSeq: 5 });
    list.asking();
    list.hear({ run: "a", state: "RUN_STATE_RUNNING", lastSeq: 3 });
    list.replace([{ run: "a", state: "RUN_STATE_SUCCEEDED", lastSeq: 4 }]);
    expect(list.get("a")?.state).toBe("RUN_STATE_SUCCEEDED");
    expect(list.get("gone")).toBeUndefined();
  });
});

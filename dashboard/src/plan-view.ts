// The plan that waits to be approved: what it would cut, and the two buttons that decide.
import { cutTable } from "./cuts-view";
import { h, rebuild, setText } from "./dom";
import { count, percent } from "./format";
import { ofRun, post } from "./gateway";
import type { Run } from "./run-state";
import { num, type PlanProposedJson } from "./wire";

export class PlanView {
  readonly element = h("section", {
    class: "plan",
    hidden: true,
    "aria-labelledby": "plan-title",
  });

  private readonly problem = h("p", { class: "problem", role: "alert" });

  /** A plan of a run that is played again is decided already. */
  update(run: Run, replayed: boolean): void {
    this.element.hidden = run.plan === undefined;
    rebuild(this.element, JSON.stringify([run.plan ?? "", replayed]), () =>
      run.plan ? this.content(run.id, run.plan, replayed) : [],
    );
  }

  private content(run: string, plan: PlanProposedJson, replayed: boolean): Node[] {
    const approve = h(
      "button",
      { type: "button", class: "primary", "data-plan": "approve" },
      "Approve",
    );
    const reject = h(
      "button",
      { type: "button", class: "danger", "data-plan": "reject" },
      "Reject",
    );
    const reason = h("input", { "aria-label": "Reason for rejecting", placeholder: "reason" });
    const decide = async (yes: boolean): Promise<void> => {
      approve.disabled = reject.disabled = true;
      try {
        const body = { plan: plan.plan ?? "", approve: yes, reason: reason.value };
        await post(ofRun(run, "decide"), body);
      } catch (error) {
        setText(this.problem, (error as Error).message);
        approve.disabled = reject.disabled = false;
      }
    };
    approve.addEventListener("click", () => void decide(true));
    reject.addEventListener("click", () => void decide(false));
    const about = plan.cut
      ? `${plan.author ?? ""} wants these channels out.`
      : `${plan.author ?? ""} wants ${percent(num(plan.sparsity), 1)} now; the stage ends with ${percent(num(plan.finalSparsity), 1)}.`;
    return [
      h(
        "h2",
        { id: "plan-title" },
        `Plan ${plan.plan ?? ""} ${replayed ? "waited for consent" : "waits for your consent"}`,
      ),
      h("p", { class: "note" }, about),
      plan.cut ? cutTable("", plan.cut) : maskTable(plan),
      this.problem,
      h("div", { class: "controls", hidden: replayed }, approve, reason, reject),
    ];
  }
}

function maskTable(plan: PlanProposedJson): HTMLElement {
  const head = ["Layer", "Weights", "Zeros now", "Zeros then", "Share"];
  return h(
    "div",
    { class: "scroll tall", tabindex: 0, role: "group", "aria-labelledby": "plan-title" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...head.map((name, i) =>
            h("th", { scope: "col", class: i > 0 ? "number" : undefined }, name),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        ...(plan.layers ?? []).map(({ layer = "", weights = 0, zeros = 0, planned = 0 }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, layer),
            ...[count(weights), count(zeros), count(planned), percent(planned / weights)].map(
              (text) => h("td", { class: "number" }, text),
            ),
          ),
        ),
      ),
    ),
  );
}

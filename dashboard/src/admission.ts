// Lets the page in where the server wants a token. It is asked for once, or taken from the URL; from
// then on a cookie stands for it, which sockets and downloads carry as well.
import { h } from "./dom";
import { openSession } from "./gateway";

/** Done when the server lets this page in, or cannot be asked. */
export async function admit(): Promise<void> {
  const url = new URL(location.href);
  const given = url.searchParams.get("token") ?? undefined;
  if (given !== undefined) {
    url.searchParams.delete("token");
    history.replaceState(null, "", url);
  }
  try {
    if (!(await openSession(given))) {
      await ask();
    }
  } catch (error) {
    console.warn("the server cannot be asked for a session:", error);
  }
}

function ask(): Promise<void> {
  const field = h("input", { type: "password", autocomplete: "off", required: true });
  const problem = h("p", { class: "problem", role: "alert" });
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", {}, "This server wants a token"),
    h("label", {}, "Token ", field),
    problem,
    h("p", { class: "controls" }, h("button", { type: "submit" }, "Open")),
  );
  const dialog = h("dialog", { "data-token": "" }, form);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      openSession(field.value.trim()).then(
        (open) => {
          if (open) {
            dialog.remove();
            resolve();
          } else {
            problem.textContent = "That is not the server's token.";
            field.select();
          }
        },
        (error: unknown) => (problem.textContent = (error as Error).message),
      );
    });
  });
}

/**
 * The sign-in form, shown where the service wants to know who looks.
 */

import { element } from "./element.js";
import { Refused } from "./api.js";

/**
 * @param {HTMLElement} place
 * @param {import("./api.js").Api} api
 * @param {import("./words.js").Words} words
 * @param {() => void} done
 */
export function drawLogin(place, api, words, done) {
  const kept = place.querySelector("input")?.value ?? "";
  const name = element("input", { id: "sign-name", autocomplete: "username", required: true, maxlength: 200, dir: "auto" });
  name.value = kept;
  const password = element("input", {
    id: "sign-password", type: "password", autocomplete: "current-password", required: true, maxlength: 200,
  });
  const wrong = element("p", { class: "wrong", role: "alert" });
  const send = element("button", { type: "submit", class: "main-action" }, words.say("sign.in"));
  const form = element("form", { class: "panel sign" }, [
    element("h2", {}, words.say("sign.in")),
    element("label", { for: "sign-name" }, words.say("sign.name")), name,
    element("label", { for: "sign-password" }, words.say("sign.password")), password,
    wrong, send,
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    wrong.textContent = "";
    try {
      await api.signIn(name.value, password.value);
      done();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      wrong.textContent = refusal(error, words);
      password.select();
    } finally {
      send.disabled = false;
    }
  });
  place.replaceChildren(form);
  name.focus();
}

/** @param {Refused} error @param {import("./words.js").Words} words */
function refusal(error, words) {
  if (error.status === 401) return words.say("sign.wrong");
  if (error.status === 429) return words.say("sign.slow");
  return words.say("sign.failed", { detail: error.detail || words.say("unreachable") });
}

/**
 * The ways in: signing in, and for the office choosing whose day to look at.
 */

import { element, foreign } from "../element.js";

/** @typedef {import("../words.js").Words} Words */
/** @typedef {import("./service.js").Service} Service */

/** @param {Service} service @param {Words} words @param {() => void} done @returns {Node[]} */
export function drawSignIn(service, words, done) {
  const name = element("input", { id: "sign-name", autocomplete: "username", required: true, maxlength: 200, dir: "auto", autocapitalize: "none" });
  const password = element("input", { id: "sign-password", type: "password", autocomplete: "current-password", required: true, maxlength: 200 });
  const wrong = element("p", { class: "wrong", role: "alert" });
  const send = element("button", { type: "submit", class: "action main wide" }, words.say("sign.in"));
  const form = element("form", { class: "card sign-in" }, [
    element("h1", { tabindex: -1 }, words.say("sign.in")),
    element("label", { for: "sign-name" }, words.say("sign.name")), name,
    element("label", { for: "sign-password" }, words.say("sign.password")), password,
    wrong, send,
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    wrong.textContent = "";
    const answer = await service.signIn(name.value, password.value);
    send.disabled = false;
    if (answer.status === 201) {
      done();
      return;
    }
    if (answer.status === 401) wrong.textContent = words.say("sign.wrong");
    else if (answer.status === 429) wrong.textContent = words.say("sign.slow");
    else wrong.textContent = words.say("sign.failed", { detail: answer.detail || words.say("unreachable") });
    password.select();
  });
  return [form];
}

/**
 * @param {{id: string, name: string, name_en: string}[]} engineers
 * @param {string} who is signed in
 * @param {Words} words
 * @param {(engineer: string) => void} chosen
 * @returns {Node[]}
 */
export function drawChooser(engineers, who, words, chosen) {
  const list = element("ul", { class: "choose" });
  const search = element("input", { type: "search", id: "choose-search", autocomplete: "off", dir: "auto" });
  const draw = () => {
    const wanted = search.value.trim().toLowerCase();
    const fit = engineers.filter((one) => `${one.id} ${one.name} ${one.name_en}`.toLowerCase().includes(wanted));
    list.replaceChildren(...fit.map((one) => element("li", {}, [
      element("button", { type: "button", class: "action wide" }, [foreign(words.nameOf(one))], {
        on: { click: () => chosen(one.id) },
      }),
    ])));
  };
  search.addEventListener("input", draw);
  draw();
  return [element("section", { class: "card" }, [
    element("h1", { tabindex: -1 }, words.say("me.choose")),
    element("p", { class: "quiet" }, [foreign(words.say("me.choose.note", { name: who }))]),
    element("label", { for: "choose-search" }, words.say("me.choose.search")), search, list,
  ])];
}

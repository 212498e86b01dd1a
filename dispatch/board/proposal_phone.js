/**
 * Whom to phone when changes are taken over, with what to say.
 */

import { element, foreign } from "./element.js";

/**
 * @param {import("./planning_types.js").Accepted} accepted
 * @param {import("./types.js").Answers | null} answers
 * @param {import("./proposal_view.js").Names} named
 * @param {import("./words.js").Words} words
 * @param {import("./site_clock.js").SiteClock} clock
 * @returns {HTMLElement}
 */
export function drawPhoneList(accepted, answers, named, words, clock) {
  const changes = new Map(accepted.changes.map((one) => [one.visit, one]));
  if (accepted.phone.length === 0) return element("p", { class: "quiet" }, words.say("phone.nobody"));
  return element("ol", { class: "phone-list" }, accepted.phone.map((id) => {
    const change = changes.get(id);
    // A plan's own case knows no promise that only its publication gave; the proposal's does.
    const wires = [named.visits.get(id), answers?.case.visits.find((one) => one.id === id)];
    const promise = wires.find((one) => one?.promise)?.promise;
    const site = /** @type {any} */ (named.site(id));
    const told = promise
      ? words.say("phone.promised", { from: clock.moment(Date.parse(promise.start)), until: clock.time(Date.parse(promise.end)) })
      : "";
    const now = change?.after
      ? words.say("phone.now", { start: clock.moment(Date.parse(change.after.start)), name: change.after.engineers.map((one) => named.engineer(one)).join(", ") })
      : words.say("phone.nobody.comes");
    const contacts = /** @type {{name?: string, phone?: string}[]} */ (Array.isArray(site?.contacts) ? site.contacts : []);
    return element("li", {}, [
      element("strong", {}, [foreign(named.visit(id))]), " ",
      ...contacts.map((one) => element("span", { class: "contact" }, [foreign([one.name, one.phone].filter(Boolean).join(" ")), " "])),
      element("p", {}, [told && `${told} `, foreign(now)]),
    ]);
  }));
}

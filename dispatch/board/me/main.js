/**
 * Where the engineer's page begins, and where it gets its service worker.
 */

import { byId, element } from "../element.js";
import { learn, preferredLanguage, Words } from "../words.js";
import { Keeping } from "./keeping.js";
import { MyDay } from "./page.js";
import { Service } from "./service.js";
import { paint } from "./status.js";
import { ME_EN } from "./words_me_en.js";
import { ME_ZH } from "./words_me_zh.js";

learn(ME_EN, ME_ZH);
paint();
const language = preferredLanguage();

try {
  const keeping = await Keeping.open();
  void new MyDay(new Service(), keeping, language).start();
} catch {
  const words = new Words(language);
  words.applyTo(document);
  byId("view").replaceChildren(element("p", { class: "card" }, words.say("me.no.keeping")));
}

// Browsers offer it to pages with TLS and to this computer itself; without it all works but a
// start without a net.
if ("serviceWorker" in navigator) void watch();

async function watch() {
  const worker = await navigator.serviceWorker.register("/me/sw.js", { scope: "/me", updateViaCache: "none" });
  const offer = () => {
    const waiting = worker.waiting;
    if (waiting === null || navigator.serviceWorker.controller === null) return;
    const words = new Words(preferredLanguage());
    const take = element("button", { type: "button", class: "action main wide" }, words.say("me.version.take"), {
      on: { click: () => waiting.postMessage("take over") },
    });
    byId("version").replaceChildren(element("p", {}, words.say("me.version")), take);
    byId("version").hidden = false;
  };
  offer();
  worker.addEventListener("updatefound", () => {
    worker.installing?.addEventListener("statechange", offer);
  });
  const controlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (controlled) location.reload();
  });
  // A page that was opened just while the first worker became active was not there to be claimed.
  const { active } = await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller === null) active?.postMessage("look after me");
}

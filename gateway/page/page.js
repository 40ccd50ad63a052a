// Keeps the page true: what is older than the gateway's word is never shown as the present.
"use strict";
(() => {
  const EVERY_MS = 1500, LOST_MS = 4000, ASK_MS = 2000, SLOWEST_MS = 5000;
  const page = document.getElementById("page");
  let heard = Date.now(), wait = EVERY_MS, timer = 0, asking = false;

  const isOld = () => Math.abs(Date.now() - heard) > LOST_MS;
  const lose = () => {
    if (isOld() && !page.classList.contains("lost")) {
      page.classList.add("lost");
      document.title = document.querySelector("#lost h1").textContent;
    }
  };

  const show = (text) => {
    const told = new DOMParser().parseFromString(text, "text/html").getElementById("page");
    if (!told) throw new Error("no page");
    for (const part of told.querySelectorAll("[id]")) {
      const here = document.getElementById(part.id);
      if (!here) continue;
      here.hidden = part.hidden;
      if (part.querySelector("[id]")) continue; // its parts are looked at one by one
      // A live region is spoken when it changes, so it is touched only then.
      if (here.innerHTML !== part.innerHTML) here.replaceChildren(...part.childNodes);
    }
    if (page.className !== told.className) page.className = told.className;
    document.title = told.dataset.title;
  };

  const ask = async () => {
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    const stop = new AbortController();
    const bound = setTimeout(() => stop.abort(), ASK_MS);
    try {
      const url = "/now?lang=" + document.documentElement.lang;
      const reply = await fetch(url, { cache: "no-store", signal: stop.signal });
      if (!reply.ok) throw new Error(reply.status);
      const text = await reply.text();
      show(text);
      heard = Date.now();
      wait = EVERY_MS;
    } catch {
      lose();
      if (isOld()) wait = Math.min(SLOWEST_MS, wait * 1.5);
    } finally {
      clearTimeout(bound);
      asking = false;
      timer = setTimeout(ask, wait + Math.random() * 200);
    }
  };

  setInterval(lose, 250);
  timer = setTimeout(ask, EVERY_MS);
  // A telephone that slept shows what it knew: that is said before anything else.
  const awake = () => { if (!document.hidden) { lose(); wait = EVERY_MS; ask(); } };
  document.addEventListener("visibilitychange", awake);
  addEventListener("pageshow", awake);
  addEventListener("online", awake);
})();

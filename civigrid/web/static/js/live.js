// Parts of the page that read themselves anew: [data-live] names the topic they listen to, [data-live-number] the case.

const SPREAD = 2000; // not all screens ask at the same moment
const APART = 3000; // no part asks more often than this
const me = document.querySelector("script[data-worker]");
const waiting = new Map();
const asked = new Map();

const concerns = (part, news) =>
  news.kind !== "change" ||
  (news.topic.startsWith(part.dataset.live) && (!part.dataset.liveNumber || part.dataset.liveNumber === news.number));

function schedule(part) {
  if (waiting.has(part.id)) return;
  const rest = Math.max(0, APART - (Date.now() - (asked.get(part.id) ?? 0)));
  const timer = setTimeout(() => {
    waiting.delete(part.id);
    asked.set(part.id, Date.now());
    refresh();
  }, rest + Math.random() * SPREAD);
  waiting.set(part.id, timer);
}

let reading = false;

// one request for all parts of a page
async function refresh() {
  if (reading) return;
  reading = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Live": "1" } });
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) return location.reload();
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) replace(part, fresh.getElementById(part.id));
    const menu = fresh.querySelector(".side");
    if (menu) replace(document.querySelector(".side"), menu);
  } finally {
    reading = false;
  }
}

function replace(old, fresh) {
  if (!fresh || old.innerHTML === fresh.innerHTML) return;
  if (old.querySelector("form[data-dirty]")) {
    document.getElementById("changed")?.removeAttribute("hidden");
    return;
  }
  const held = document.activeElement?.id;
  old.replaceWith(fresh);
  fresh.classList.add("fresh");
  window.htmx?.process(fresh);
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

function hear(news) {
  if (news.kind === "goodbye") return location.reload();
  if (news.kind === "hello" || news.kind === "away") {
    document.documentElement.dataset.liveState = news.kind;
    return;
  }
  for (const part of document.querySelectorAll("[data-live]")) if (concerns(part, news)) schedule(part);
}

if (window.SharedWorker) {
  const worker = new SharedWorker(me.dataset.worker, { name: `civigrid-${me.dataset.who}` });
  worker.port.onmessage = (event) => hear(event.data);
  addEventListener("pagehide", () => worker.port.postMessage("bye"));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
} else {
  document.addEventListener("civigrid:live", (event) => hear(event.detail));
  const script = document.createElement("script");
  script.src = me.dataset.worker;
  document.head.append(script);
}

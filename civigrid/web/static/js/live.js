// Parts of the page that read themselves anew: [data-live] names the topic they listen to, [data-live-number] the case.

const SPREAD = 2000; // not all screens ask at the same moment
const APART = 3000; // no page asks more often than this
const me = document.querySelector("script[data-worker]");
const concerns = (part, news) =>
  news.kind !== "change" ||
  (news.topic.startsWith(part.dataset.live) && (!part.dataset.liveNumber || part.dataset.liveNumber === news.number));

let timer = 0;
let asked = 0;

function schedule() {
  if (timer) return;
  const rest = Math.max(0, APART - (Date.now() - asked));
  timer = setTimeout(() => {
    timer = 0;
    asked = Date.now();
    refresh();
  }, rest + Math.random() * SPREAD);
}

// one request for all parts of a page
async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Live": "1" } }).catch(() => null);
  if (answer?.redirected && new URL(answer.url).pathname !== location.pathname) return location.reload();
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) replace(part, fresh.getElementById(part.id));
  replace(document.querySelector(".side"), fresh.querySelector(".side"));
}

function replace(old, fresh) {
  if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
  if (old.querySelector("form[data-dirty]")) {
    document.getElementById("changed")?.removeAttribute("hidden");
    return;
  }
  const held = document.activeElement?.id;
  old.replaceWith(fresh);
  fresh.classList.add("fresh");
  document.dispatchEvent(new Event("civigrid:fresh"));
  window.htmx?.process(fresh);
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

function hear(news) {
  if (news.kind === "goodbye") return location.reload();
  if (news.kind === "hello" || news.kind === "away") {
    document.documentElement.dataset.liveState = news.kind;
    return;
  }
  if ([...document.querySelectorAll("[data-live]")].some((part) => concerns(part, news))) schedule();
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

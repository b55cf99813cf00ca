// Parts of the page that read themselves anew: [data-live] names the topic they listen to, [data-live-number] the case.
// Whoever shows something that is no part of the page's HTML listens to `civigrid:news` on the document.

import { Alone, Led } from "./live-leader.js";
import { morph } from "./live-morph.js";
import { ASK } from "./live-source.js";

const SPREAD = 2000; // not all screens ask at the same moment
const APART = 3000; // no page asks more often than this
const OLD = 60000; // after so long unseen the times it shows are wrong, whatever happened
const LOOK = 15000;
const TOLD = 240000; // who types is at work: the server hears of it this often, and does not end the session
const DIRTY = "form[data-dirty]";
const me = document.querySelector("script[data-worker]");
const name = `civigrid-live-${me.dataset.who}`;
const concerns = (part, news) =>
  news.kind !== "change" ||
  (news.topic.startsWith(part.dataset.live) && (!part.dataset.liveNumber || part.dataset.liveNumber === news.number));

let pos = me.dataset.pos ? Number(me.dataset.pos) : null; // how far this page knows what happened
let timer = 0;
let asked = Date.now();
let missed = false;
let told = Date.now();

function schedule() {
  if (document.hidden) missed = true; // nobody looks: read when somebody does
  if (timer || document.hidden) return;
  const rest = Math.max(0, APART - (Date.now() - asked));
  timer = setTimeout(() => {
    timer = 0;
    refresh();
  }, rest + Math.random() * SPREAD);
}

// one request for all parts of a page
async function refresh() {
  if (document.hidden) return schedule();
  asked = Date.now();
  missed = false;
  document.dispatchEvent(new Event("civigrid:news"));
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Live": "1" } }).catch(() => null);
  if (answer?.redirected && new URL(answer.url).pathname !== location.pathname) return leave();
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const changes = [...document.querySelectorAll("[data-live]")].map((part) => replace(part, fresh.getElementById(part.id)));
  // what frames every page: the counts of the menu, and who must be called now
  for (const frame of [".side", "#calls"]) {
    const [old, now] = [document.querySelector(frame), fresh.querySelector(frame)];
    if (old && now) morph(old, now);
  }
  if (changes.some(Boolean)) document.dispatchEvent(new Event("civigrid:fresh"));
}

function replace(old, fresh) {
  if (!old.isConnected || !fresh || old.isEqualNode(fresh)) return false;
  if (old.hasAttribute("data-held")) return hold(old, fresh);
  if (old.querySelector(DIRTY)) return warn(old, fresh);
  const [before, at] = [document.activeElement, lineOf(document.activeElement)];
  const added = morph(old, document.adoptNode(fresh));
  for (const each of added) {
    if (each.matches("tr, li, article")) each.classList.add("fresh");
    window.htmx?.process(each);
  }
  if (at >= 0 && !before.isConnected) lines()[Math.min(at, lines().length - 1)]?.focus({ preventScroll: true });
  return true;
}

const lines = () => [...document.querySelectorAll("[data-line]")];
const lineOf = (element) => lines().indexOf(element);

// a part in which somebody writes stays as it is; that its case is another by now is said
function warn(old, fresh) {
  const version = (part) => part.querySelector("[name=version]")?.value;
  if (version(old) !== version(fresh)) document.getElementById("changed")?.removeAttribute("hidden");
  return false;
}

// a list in which somebody works keeps its lines where they are: it says itself that there is news
function hold(old, fresh) {
  old.dispatchEvent(new CustomEvent("civigrid:held", { detail: { fresh }, bubbles: true }));
  return false;
}

function leave() {
  if (!document.querySelector(DIRTY)) location.reload();
}

function hear(news) {
  if (news.kind === "goodbye") return location.reload();
  if (["hello", "asking", "away"].includes(news.kind)) {
    document.documentElement.dataset.liveState = news.kind;
    return;
  }
  if (news.kind === "change" && pos !== null && news.pos <= pos) return;
  pos = news.pos ?? pos;
  if (news.kind === "beat") return;
  if ([...document.querySelectorAll("[data-live]")].some((part) => concerns(part, news))) schedule();
}

function connect() {
  if (!window.SharedWorker) return navigator.locks ? new Led(name, hear, () => pos) : new Alone(hear, () => pos);
  const { port } = new SharedWorker(me.dataset.worker, { name, type: "module" });
  port.onmessage = (event) => hear(event.data);
  port.postMessage({ kind: "join", pos });
  addEventListener("pagehide", () => port.postMessage({ kind: "bye" }));
  return { wake: () => port.postMessage({ kind: "wake" }) };
}

const line = connect();
let seen = Date.now();

function back() {
  line.wake();
  if (missed || Date.now() - asked > OLD) schedule();
}

document.addEventListener("visibilitychange", () => !document.hidden && back());
addEventListener("online", back);
addEventListener("input", () => {
  if (Date.now() - told < TOLD) return;
  told = Date.now();
  fetch(ASK, { headers: { Accept: "application/json" } }).catch(() => null);
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
// a machine that slept: its timers stood still
setInterval(() => {
  if (Date.now() - seen > LOOK * 3) back();
  seen = Date.now();
}, LOOK);

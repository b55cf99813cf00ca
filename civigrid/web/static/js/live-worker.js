// One connection per browser, shared by all its tabs (a SharedWorker). Where streams do not pass, it asks every few seconds.

const STREAM = "/live";
const ASK = "/live/since";
const ASK_EVERY = 5000;
const TRIES = 3;
const BACK_TO_STREAM = 12; // so many questions later the stream is tried again
const tabs = new Set();
let failures = 0;
let pos = null;
let source = null;
let asks = 0;

const tell = (message) => {
  for (const tab of tabs) tab.postMessage(message);
};

function hear(event) {
  failures = 0;
  if (event.lastEventId) pos = event.lastEventId;
  tell({ kind: event.type, ...JSON.parse(event.data || "{}") });
}

function listen() {
  failures = 0;
  source = new EventSource(STREAM + (pos === null ? "" : `?last=${pos}`));
  for (const kind of ["change", "many", "reset", "hello"]) source.addEventListener(kind, hear);
  source.addEventListener("goodbye", () => {
    source.close();
    tell({ kind: "goodbye" });
  });
  source.onerror = () => {
    failures += 1;
    tell({ kind: "away" });
    if (source.readyState === EventSource.CLOSED || failures >= TRIES) {
      source.close();
      setTimeout(ask, ASK_EVERY);
    }
  };
}

async function ask() {
  try {
    const answer = await fetch(ASK + (pos === null ? "" : `?pos=${pos}`), { headers: { Accept: "application/json", "X-Live": "1" } });
    if (answer.status === 401) return tell({ kind: "goodbye" });
    if (answer.ok) {
      const news = await answer.json();
      pos = String(news.pos);
      if (news.kind === "change") for (const event of news.events) tell({ kind: "change", ...event });
      else tell({ kind: news.kind });
    }
  } catch {
    tell({ kind: "away" });
  }
  asks += 1;
  if (source && asks % BACK_TO_STREAM === 0) listen();
  else setTimeout(ask, ASK_EVERY);
}

self.onconnect = (event) => {
  const tab = event.ports[0];
  tabs.add(tab);
  tab.onmessage = (message) => message.data === "bye" && tabs.delete(tab);
  if (!source) listen();
};

// loaded as a plain script where there are no shared workers: each tab asks for itself
if (typeof self.document !== "undefined") {
  tabs.add({ postMessage: (message) => document.dispatchEvent(new CustomEvent("civigrid:live", { detail: message })) });
  ask();
}

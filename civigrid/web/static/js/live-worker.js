// One connection per browser, shared by all its tabs (a SharedWorker).

import { Source } from "./live-source.js";

const tabs = new Set();
const source = new Source((message, tab) => {
  for (const each of tab ? [tab] : tabs) each.postMessage(message);
});

self.onconnect = ({ ports: [tab] }) => {
  tab.onmessage = ({ data }) => {
    if (data.kind === "join") {
      tabs.add(tab);
      source.join(tab, data.pos);
    } else if (data.kind === "wake") source.wake();
    else tabs.delete(tab);
  };
};

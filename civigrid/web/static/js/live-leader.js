// Where there are no shared workers (Chrome on Android) the tabs choose one of them: it holds a lock, keeps the connection,
// and tells the others what it hears. Whoever gets the lock next goes on where he stood. A tab that may lock nothing (no
// HTTPS) asks for itself alone: six streams would use up the browser's connections.

import { Source } from "./live-source.js";

const SILENT = 45000; // a leader that says nothing so long is asleep: the lock is taken from it
const LOOK = 5000;

export class Led {
  #source = null;
  #heard = Date.now();
  #tab = crypto.randomUUID?.() ?? String(Math.random());

  // `hear(message)`: what this tab is told; `where()`: the position it stands at
  constructor(name, hear, where) {
    this.hear = hear;
    this.where = where;
    this.name = name;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.#got(data);
    this.#wait();
    this.#send({ kind: "join", from: this.#tab, pos: where() });
    setInterval(() => !document.hidden && !this.#source && Date.now() - this.#heard > SILENT && this.#wait(true), LOOK);
  }

  wake() {
    if (this.#source) this.#source.wake();
    else this.#send({ kind: "wake" });
  }

  #send(message) {
    this.channel.postMessage(message);
  }

  #wait(steal = false) {
    this.#heard = Date.now();
    navigator.locks.request(this.name, steal ? { steal } : {}, () => this.#lead()).catch(() => this.#follow());
  }

  // holds the lock as long as this tab lives
  #lead() {
    this.#source = new Source((message, tab) => {
      if (tab !== this.#tab) this.#send({ ...message, to: tab });
      if (!tab || tab === this.#tab) this.hear(message);
    });
    this.#source.join(this.#tab, this.where());
    this.#send({ kind: "led" });
    return new Promise(() => {});
  }

  // the lock was taken away
  #follow() {
    this.#source?.close();
    this.#source = null;
    this.#wait();
  }

  #got(message) {
    if (message.kind === "join") return this.#source?.join(message.from, message.pos);
    if (message.kind === "wake") return this.#source?.wake();
    this.#heard = Date.now();
    if (message.kind === "led") return this.#send({ kind: "join", from: this.#tab, pos: this.where() });
    if (!message.to || message.to === this.#tab) this.hear(message);
  }
}

export class Alone {
  constructor(hear, where) {
    this.source = new Source(hear, { streams: false });
    this.source.join("alone", where());
  }

  wake() {
    this.source.wake();
  }
}

// What a browser hears of the city, once for all its tabs: a stream; where streams do not pass, a question every few seconds.
//
// A tab joins with the position its page was read at, null where the server did not know it. What came since then is told
// to it at once, so between the reading of a page and its first word from the stream nothing falls through.

const STREAM = "/live";
export const ASK = "/live/since";
const ASK_EVERY = 5000;
const TRIES = 3; // so often a stream may break before questions are asked instead
const BACK_TO_STREAM = 12; // so many questions later the stream is tried again
const GREETING = 20000; // a line that does not say hello by then is held up somewhere
const SILENT = 40000; // the server gives a sign of life every 15 seconds: a line that says nothing so long is dead
const LOOK = 5000;
const REMEMBERED = 200; // messages for tabs that join later

export class Source {
  #stream = null;
  #timer = 0;
  #failures = 0;
  #asks = 0;
  #asking = false;
  #down = false;
  #heard = 0;
  #greeted = false;
  #passed = false; // whether streams get through here: one did, since the last was given up
  #watch = 0;
  #news = []; // what came behind #from, in order
  #from = null;
  #unsure = new Set();

  // `tell(message, tab)`: to one tab, or to all
  constructor(tell, { streams = true } = {}) {
    this.tell = tell;
    this.streams = streams;
    this.pos = null;
    this.state = "";
  }

  join(tab, pos) {
    if (!this.#stream && !this.#timer) {
      this.pos = this.#from = pos;
      if (!this.streams) this.#later(0);
      else this.#listen();
      this.#watch = setInterval(() => this.#look(), LOOK);
    } else if (this.state) this.tell({ kind: this.state }, tab);
    if (pos === null) return this.state === "hello" ? this.tell({ kind: "many" }, tab) : this.#unsure.add(tab);
    if (this.#from === null || pos < this.#from) return this.tell({ kind: "many" }, tab);
    for (const each of this.#news) if (each.pos > pos) this.tell(each, tab);
  }

  #look() {
    const patience = this.#greeted ? SILENT : GREETING;
    if (this.#stream && Date.now() - this.#heard > patience) this.#broken(this.#stream, true);
  }

  // somebody is back before the screen, or the network is: whether the line still lives is not waited for
  wake() {
    if (this.#timer) return this.#ask();
    if (this.#stream && Date.now() - this.#heard > SILENT / 2) this.#listen();
  }

  close() {
    clearInterval(this.#watch);
    this.#stop();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#timer = 0;
    this.#stream = null;
  }

  #say(state) {
    this.state = state;
    this.tell({ kind: state });
  }

  #listen() {
    this.#stop();
    this.#heard = Date.now();
    this.#greeted = false;
    const stream = (this.#stream = new EventSource(STREAM + (this.pos === null ? "" : `?last=${this.pos}`)));
    for (const kind of ["change", "many", "reset", "hello", "beat"]) stream.addEventListener(kind, (event) => this.#hear(event));
    stream.addEventListener("goodbye", () => this.#goodbye());
    stream.onerror = () => this.#broken(stream);
  }

  #hear(event) {
    this.#failures = 0;
    this.#heard = Date.now();
    this.#greeted = this.#passed = true;
    this.#take({ kind: event.type, pos: Number(event.lastEventId) || null, ...JSON.parse(event.data || "{}") });
  }

  // what came twice is told once; what begins anew forgets what was before
  #take(news) {
    if (news.kind === "change") {
      if (this.pos !== null && news.pos <= this.pos) return;
      this.#news.push(news);
      if (this.#news.length > REMEMBERED) this.#from = this.#news.shift().pos;
    } else if (news.kind !== "beat" && news.kind !== "hello") {
      this.#news = [];
      this.#from = news.pos;
    }
    this.pos = news.pos ?? this.pos;
    this.#from ??= this.pos;
    if (news.kind !== "hello") return this.tell(news);
    this.#say("hello");
    this.#reassure();
  }

  #reassure() {
    for (const tab of this.#unsure) this.tell({ kind: "many" }, tab);
    this.#unsure.clear();
  }

  #broken(stream, silent = false) {
    if (stream !== this.#stream) return;
    const again = ++this.#failures < TRIES;
    this.#say("away");
    if (silent && this.#greeted && again) return this.#listen();
    if (!silent && stream.readyState !== EventSource.CLOSED && again) return; // the browser tries again by itself
    this.#stop();
    this.#down = this.#passed; // then it was the server that went away
    this.#passed = false;
    this.#asks = 0;
    this.#later(Math.min(1000 * this.#failures, ASK_EVERY));
  }

  #later(wait) {
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  async #ask() {
    if (this.#asking) return;
    clearTimeout(this.#timer);
    this.#asking = true;
    const answer = await fetch(ASK + (this.pos === null ? "" : `?pos=${this.pos}`), { headers: { Accept: "application/json", "X-Live": "1" } }).catch(() => null);
    this.#asking = false;
    if (answer?.status === 401) return this.#goodbye();
    if (!answer?.ok) {
      this.#down = true;
      this.#say("away");
      return this.#later(ASK_EVERY);
    }
    this.#answered(await answer.json());
    this.#asks += 1;
    const back = this.#down || this.#asks % BACK_TO_STREAM === 0; // a server that was away has its streams back too
    this.#down = false;
    return back && this.streams ? this.#listen() : this.#later(ASK_EVERY);
  }

  #answered({ kind, pos, events }) {
    for (const event of events) this.#take({ kind: "change", ...event });
    if (kind === "reset" || kind === "many") this.#take({ kind, pos });
    this.pos = pos;
    this.#from ??= pos;
    if (this.state !== "asking") this.#say("asking");
    this.#reassure();
  }

  #goodbye() {
    this.close();
    this.tell({ kind: "goodbye" });
  }
}

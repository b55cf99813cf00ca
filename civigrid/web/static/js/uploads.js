// Large files go to the server piece by piece while the form is being filled in, and outlive a line that breaks
// (tus 1.0, civigrid/web/uploads.py). Without this file they are sent with the form.

const DIRECT = 1 << 20; // bytes up to which a file is sent with the form
const LEAST = 1 << 16;
const MOST = 1 << 23;
const LONGEST_PAUSE = 30_000; // milliseconds
const running = new WeakMap(); // form -> its unfinished uploads

class Refusal extends Error {}

function encoded(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}

/** One file on its way: a line below its field, with its progress, pause and removal. */
class Sending {
  constructor(input, file) {
    Object.assign(this, { input, file, offset: 0, piece: DIRECT, address: "", paused: false, over: false });
    this.token = input.form.elements.csrfmiddlewaretoken.value;
    this.line = line(input, file.name);
    this.progress = this.line.appendChild(document.createElement("progress"));
    this.progress.max = file.size;
    this.progress.value = 0;
    this.progress.setAttribute("aria-label", file.name);
    this.status = this.line.appendChild(document.createElement("span"));
    this.status.setAttribute("role", "status");
    this.toggle = button(this.line, input.dataset.pause, () => this.turn());
    button(this.line, input.dataset.remove, () => this.remove());
  }

  async ask(method, address, headers = {}, body = null) {
    const answer = await fetch(address, {
      method,
      body,
      headers: { "Tus-Resumable": "1.0.0", Accept: "application/json", "X-CSRFToken": this.token, ...headers },
    });
    if (answer.ok || [404, 409, 502, 503, 504].includes(answer.status)) return answer;
    const told = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : null;
    throw new Refusal(told?.error?.message ?? String(answer.status));
  }

  async begin() {
    const metadata = `filename ${encoded(this.file.name)},filetype ${encoded(this.file.type)}`;
    const headers = { "Upload-Length": this.file.size, "Upload-Metadata": metadata };
    const answer = await this.ask("POST", this.input.dataset.uploads, headers);
    if (answer.status === 404) throw new Refusal(String(answer.status));
    if (!answer.ok) throw new TypeError("the server is away");
    this.address = answer.headers.get("Location") ?? "";
    this.offset = 0;
  }

  /** One piece more, or what the server says is there already. */
  async step() {
    if (!this.address) return this.begin();
    const headers = { "Upload-Offset": this.offset, "Content-Type": "application/offset+octet-stream" };
    const body = this.file.slice(this.offset, this.offset + this.piece);
    const answer = await this.ask("PATCH", this.address, headers, body);
    if (answer.status === 404) this.address = "";
    if (answer.status === 404 || answer.status > 409) throw new TypeError("the upload or the server is away");
    this.offset = Number(answer.headers.get("Upload-Offset"));
    this.piece = Math.min(2 * this.piece, MOST);
  }

  async find() {
    if (!this.address) return;
    const answer = await this.ask("GET", this.address);
    if (answer.status === 404) this.address = "";
    else if (answer.ok) this.offset = Number(answer.headers.get("Upload-Offset"));
  }

  async run() {
    let wait = 1000;
    while (!this.over && !this.paused && !this.whole) {
      try {
        await this.step();
        wait = 1000;
        this.show("");
      } catch (error) {
        if (error instanceof Refusal) return this.fail(error.message);
        this.show(this.input.dataset.waiting);
        this.piece = Math.max(this.piece / 4, LEAST);
        await pause(wait);
        wait = Math.min(2 * wait, LONGEST_PAUSE);
        await this.find().catch(() => {});
      }
    }
    if (this.whole && !this.over) this.finish();
  }

  get whole() {
    return this.address !== "" && this.offset === this.file.size;
  }

  show(text) {
    this.progress.value = this.offset;
    this.status.textContent = text;
  }

  turn() {
    this.paused = !this.paused;
    this.toggle.textContent = this.paused ? this.input.dataset.resume : this.input.dataset.pause;
    if (!this.paused) this.run();
  }

  finish() {
    const named = document.createElement("input");
    named.type = "hidden";
    named.name = `${this.input.name}_uploads`;
    named.value = this.address.split("/").pop();
    this.line.append(named);
    this.end(this.input.dataset.here);
  }

  fail(text) {
    this.line.classList.add("sending--failed");
    this.end(text);
    this.forget();
  }

  end(text) {
    this.over = true;
    this.show(text);
    this.toggle.remove();
    running.get(this.input.form)?.delete(this);
  }

  remove() {
    this.end("");
    this.line.remove();
    this.forget();
  }

  /** What no form will take must not count among a person's uploads. */
  forget() {
    if (this.address) this.ask("DELETE", this.address).catch(() => {});
  }
}

function line(input, name) {
  let list = input.parentElement.querySelector(".sending");
  if (!list) {
    list = document.createElement("ul");
    list.className = "sending small";
    input.after(list);
  }
  const made = list.appendChild(document.createElement("li"));
  made.appendChild(document.createElement("span")).textContent = name;
  return made;
}

function button(parent, words, act) {
  const made = parent.appendChild(document.createElement("button"));
  made.type = "button";
  made.className = "button button--plain";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file][data-uploads]")) return;
  const large = [...input.files].filter((file) => file.size > DIRECT);
  if (!large.length) return;
  const small = new DataTransfer();
  for (const file of input.files) if (file.size <= DIRECT) small.items.add(file);
  input.files = small.files;
  if (!running.has(input.form)) running.set(input.form, new Set());
  for (const file of large) {
    const sending = new Sending(input, file);
    running.get(input.form).add(sending);
    sending.run();
  }
});

// a form waits for what is still on its way
document.addEventListener(
  "submit",
  (event) => {
    const open = running.get(event.target);
    if (!open?.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const [first] = open;
    first.show(first.input.dataset.wait);
    first.line.scrollIntoView({ block: "nearest" });
  },
  true,
);

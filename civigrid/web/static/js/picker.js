// A text field that offers what fits while one types (ARIA combobox). Without this file it is a text field of its form.
//
// data-source: where it asks, ?q= is added; data-goes: choosing opens the thing, else the field gets "code name".
// It rests while an input method composes: Enter and arrows then belong to the method's own list.

const WAIT = 120; // ms after the last sign
let made = 0;

class Picker extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    if (!this.field || this.list) return;
    made += 1;
    this.known = new Map();
    this.chosen = -1;
    this.build(`pick-${made}`);
    this.field.addEventListener("input", (event) => event.isComposing || this.later());
    this.field.addEventListener("compositionend", () => this.later());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.close());
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  build(id) {
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.className = "picker__list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.field.labels?.[0]?.textContent.trim() ?? this.dataset.found);
    this.list.hidden = true;
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    this.status = document.createElement("p");
    this.status.className = "sr";
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", id]]) {
      this.field.setAttribute(name, value);
    }
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), WAIT);
  }

  async look() {
    const text = this.field.value.trim();
    this.asking?.abort();
    if (!text) return this.close();
    const found = this.known.get(text) ?? (await this.ask(text));
    if (!found || this.field.value.trim() !== text || document.activeElement !== this.field) return;
    this.known.set(text, found);
    this.show(found);
  }

  async ask(text) {
    this.asking = new AbortController();
    const address = new URL(this.dataset.source, location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: this.asking.signal });
      if (answer.ok) return await answer.json();
    } catch (trouble) {
      if (trouble.name === "AbortError") return null;
    }
    this.close();
    this.status.textContent = this.dataset.away;
    return null;
  }

  show({ results, more }) {
    this.list.replaceChildren(...results.map((result, place) => this.line(result, place)));
    if (!results.length || more) this.list.append(this.remark(results.length ? this.dataset.more : this.dataset.none));
    this.status.textContent = results.length ? `${this.dataset.found}: ${results.length}${more ? "+" : ""}` : this.dataset.none;
    this.mark(-1);
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
  }

  line(result, place) {
    const line = document.createElement("li");
    line.id = `${this.list.id}-${place}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    Object.assign(line.dataset, { code: result.code, name: result.name, address: result.address });
    for (const [part, text] of [["name", result.name], ["code", result.code], ["note", result.note]]) {
      const words = document.createElement("span");
      words.className = `picker__${part}`;
      words.textContent = text;
      line.append(words, " ");
    }
    return line;
  }

  remark(text) {
    const line = document.createElement("li");
    line.className = "picker__remark";
    line.setAttribute("role", "presentation");
    line.textContent = text;
    return line;
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.mark(-1);
    this.field.setAttribute("aria-expanded", "false");
  }

  mark(place) {
    this.chosen = place;
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const option = this.options[place];
    if (option) {
      this.field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  take(option) {
    if (!option) return;
    const { code, name, address } = option.dataset;
    this.close();
    if (this.hasAttribute("data-goes")) return location.assign(address);
    this.field.value = name && name !== code ? `${code} ${name}` : code;
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const count = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.look();
      if (count) this.mark(event.key === "ArrowDown" ? (this.chosen + 1) % count : (this.chosen <= 0 ? count : this.chosen) - 1);
    } else if (event.key === "Enter" && !this.list.hidden && this.chosen >= 0) {
      event.preventDefault();
      this.take(this.options[this.chosen]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }
}

customElements.define("civigrid-picker", Picker);

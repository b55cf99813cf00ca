// 登记工单: what fits while somebody speaks, a draft that outlives a lost session, keys. The form works without this file.
// Of who calls nothing is ever kept in the browser ([data-private]).

import { begin as keep } from "./desk-draft.js";

const WAIT = 450; // ms after the last sign
const DIGITS = 6; // of a degree: a tenth of a metre
const LEAST = 7; // digits of a telephone number that can be a person's
const MOBILE = 11;

const form = document.querySelector("#register, #decide");
const field = (name) => form.elements[name];
const part = (id) => document.getElementById(id);
const writes = () => form.contains(document.activeElement) && !document.activeElement.matches("[autofocus]"); // before this file ran
const rests = (event) => event.isComposing || event.keyCode === 229;

// keys: also while somebody types, for none of them is a letter

document.addEventListener("keydown", (event) => {
  if (rests(event)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(part("save"));
  } else if (event.altKey && !event.ctrlKey && /^Digit[1-9]$/.test(event.code)) {
    const choice = form.querySelectorAll("[name=choice]")[Number(event.code.slice(5)) - 1];
    if (!choice) return;
    event.preventDefault();
    choose(choice.value);
  }
});

function choose(value) {
  const choice = form.querySelector(`[name=choice][value=${value}]`);
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const first = [...form.querySelectorAll(".decision [data-when] :is(select, input, textarea)")].find((each) => each.offsetParent && !each.value);
  (first ?? choice).focus();
}

// a link of the summary goes to a group of choices, too
document.querySelector("#faults")?.addEventListener("click", (event) => {
  const to = event.target.closest("a")?.hash;
  const found = to && document.querySelector(to);
  if (!found) return;
  event.preventDefault();
  (found.matches("input, select, textarea") ? found : found.querySelector("input"))?.focus();
});
if (!writes()) document.querySelector("#faults")?.focus();

// what is asked of the server, in a body: what somebody says is in no address

async function ask(address, said, signal) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": field("csrfmiddlewaretoken").value };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(said), signal }).catch(() => null);
  return answer?.ok && answer.headers.get("Content-Type")?.includes("json") ? answer.json() : null;
}

let timer;
let asking;

function later() {
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
}

async function look() {
  asking?.abort();
  asking = new AbortController();
  const said = Object.fromEntries(["title", "text", "place", "lon", "lat", "matter"].map((name) => [name, field(name).value]));
  const found = await ask(form.dataset.look, said, asking.signal);
  if (!found) return;
  for (const id of ["advice", "matters", "similar"]) replace(part(id), found[id]);
  part("places").hidden = !found.places.length || document.activeElement !== field("place");
  part("places").replaceChildren(...found.places.map(line));
}

function replace(room, markup) {
  if (room.dataset.markup === markup) return; // what is said once need not be said again
  room.dataset.markup = markup;
  room.replaceChildren(...new DOMParser().parseFromString(markup, "text/html").body.childNodes);
}

function line({ name, lon, lat }) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  made.addEventListener("click", () => {
    field("place").value = name;
    part("places").hidden = true;
    pinAt({ lon, lat });
  });
  const item = document.createElement("li");
  item.append(made);
  return item;
}

// the pin

function pinAt(point, { asked = true } = {}) {
  field("lon").value = point ? point.lon.toFixed(DIGITS) : "";
  field("lat").value = point ? point.lat.toFixed(DIGITS) : "";
  if (point && asked) document.querySelector("#map-room civigrid-map")?.pinAt(point.lon, point.lat);
  field("lon").dispatchEvent(new Event("input", { bubbles: true }));
  told();
  later();
}

function told() {
  const set = Boolean(field("lon").value);
  part("pin").textContent = set ? part("pin").dataset.set : "";
  part("unpin").hidden = !set;
}

function showMap() {
  const room = part("map-room");
  if (!part("map-fold").open || room.firstChild) return;
  const map = document.createElement("civigrid-map");
  map.className = "map";
  for (const [name, value] of [["src", room.dataset.src], ["library", room.dataset.library], ["pin", "move"]]) map.setAttribute(name, value);
  if (field("lon").value) for (const name of ["lon", "lat"]) map.setAttribute(name, field(name).value);
  room.append(map);
}

// who calls: asked once for each number that is whole, for each look is put on the record

let known = "";

async function lookUp({ whole }) {
  const phone = field("phone").value.trim();
  const digits = phone.replace(/\D/g, "");
  if (phone === known || digits.length < (whole ? LEAST : MOBILE)) return;
  known = phone;
  const found = await ask(form.dataset.caller, { phone });
  if (found && field("phone").value.trim() === phone) replace(part("caller"), found.caller);
}

function same(number) {
  part("same").value = number;
  part("joining-number").textContent = number;
  part("joining").hidden = !number;
}

function touched({ target }) {
  const { matter, same: number, choice, number: own } = target.closest("button")?.dataset ?? {};
  if (matter) {
    field("matter").value = matter;
    field("matter").focus();
    later();
  }
  if (number) same(number);
  if (choice) {
    field("number").value = own;
    choose(choice);
  }
}

function begin() {
  keep(form, () => part("restored").removeAttribute("hidden"));
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-look]") && !event.isComposing) later();
    if (event.target === field("phone") && !event.isComposing) lookUp({ whole: false });
  });
  form.addEventListener("compositionend", later);
  form.addEventListener("change", ({ target }) => {
    if (target === field("phone")) lookUp({ whole: true });
    if (target === field("matter")) later();
  });
  form.addEventListener("click", touched);
  part("unpin").addEventListener("click", () => pinAt(null));
  part("unjoin").addEventListener("click", () => same(""));
  part("map-fold").addEventListener("toggle", showMap);
  document.addEventListener("map:pin", ({ detail }) => pinAt(detail, { asked: false }));
  document.addEventListener("map:pick", ({ detail }) => pinAt(detail));
  told();
  if (field("text").value || field("place").value) later();
  if (!document.querySelector("#faults") && !writes()) field("phone").focus();
}

if (form?.id === "register") begin();

// The residents' pages: what fits while one types, a pin on the map, a draft that outlives a lost network. They work
// without this file. Name, telephone and the code are never kept in the browser.

import { watch } from "./faults.js";

const WAIT = 600; // ms after the last sign
const PATIENCE = 6000; // ms a network gets to answer
const DIGITS = 6; // of a degree: a tenth of a metre
const DRAFT = "civigrid-report";

const form = document.querySelector("#sender");
const field = (name) => form.elements[name];
const part = (id) => document.getElementById(id);
let mend = () => {};

function begin() {
  restore();
  mend = watch(form);
  mend();
  if (!form.contains(document.activeElement)) part("faults")?.focus();
  for (const each of form.querySelectorAll(".needs-script")) each.hidden = false;
  form.addEventListener("input", (event) => {
    mend();
    if (event.target.matches("[data-draft]")) keep();
    if (event.target.matches("[data-look]") && !event.isComposing) later();
  });
  form.addEventListener("compositionend", later);
  form.addEventListener("change", (event) => {
    mend();
    if (event.target.name === "matter") later();
  });
  form.addEventListener("submit", send);
  part("here").addEventListener("click", here);
  part("unpin").addEventListener("click", () => pinAt(null));
  part("places").addEventListener("click", ({ target }) => target.closest("button") && choose(target.closest("button")));
  part("map-fold").addEventListener("toggle", showMap);
  document.addEventListener("map:pin", ({ detail }) => pinAt(detail, { asked: false }));
  document.addEventListener("map:pick", ({ detail }) => pinAt(detail));
  if (field("lon").value) told();
  if (field("text").value || field("place").value) later(); // typed before this file ran, restored, or refused
}

// what was typed stays with the window until the report is sent

function drafted() {
  return [...form.querySelectorAll("[data-draft]")];
}

function keep() {
  sessionStorage.setItem(DRAFT, JSON.stringify(Object.fromEntries(drafted().map((each) => [each.name, each.value]))));
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  if (!kept || field("text").value || !kept.text) return;
  for (const each of drafted()) if (kept[each.name]) each.value = kept[each.name];
  say(form.dataset.restored);
}

function say(words) {
  part("away").textContent = words;
  part("away").hidden = !words;
}

// a form is sent once, and only where somebody is there to take it

async function send(event) {
  if (event.submitter?.hasAttribute("formnovalidate")) return keep();
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  if (await reached()) {
    say("");
    form.submit();
  } else {
    keep();
    say(form.dataset.away);
  }
  setTimeout(() => delete form.dataset.sent, 3000);
}

async function reached() {
  if (!navigator.onLine) return false;
  const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
  return Boolean(answer);
}

// what fits what was typed

let timer;
let asking;

function later() {
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
}

async function look() {
  asking?.abort();
  asking = new AbortController();
  const said = Object.fromEntries(["text", "place", "lon", "lat"].map((name) => [name, field(name).value]));
  said.matter = form.querySelector("[name=matter]:checked")?.value ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": field("csrfmiddlewaretoken").value };
  const answer = await fetch(form.dataset.look, { method: "POST", headers, body: JSON.stringify(said), signal: asking.signal }).catch(() => null);
  if (answer?.ok) show(await answer.json());
}

function show({ advice, danger, offers, near, places }) {
  field("warned").value = danger;
  replace(part("advice"), advice);
  replace(part("offers"), offers);
  replace(part("near"), near);
  part("places").hidden = !places.length || document.activeElement !== field("place");
  part("places").replaceChildren(...places.map(line));
}

// what a person chose stays chosen
function replace(room, markup) {
  if (room.dataset.markup === markup) return;
  room.dataset.markup = markup;
  const before = room.querySelector(":checked")?.value;
  const made = new DOMParser().parseFromString(markup, "text/html").body;
  room.replaceChildren(...made.childNodes);
  const again = [...room.querySelectorAll("input[type=radio]")].find((each) => each.value === before);
  if (again) again.checked = true;
}

function line({ name, lon, lat }) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = name;
  Object.assign(made.dataset, { lon, lat });
  const item = document.createElement("li");
  item.append(made);
  return item;
}

function choose({ textContent, dataset }) {
  field("place").value = textContent;
  part("places").hidden = true;
  pinAt({ lon: Number(dataset.lon), lat: Number(dataset.lat) });
  keep();
}

// the pin

function pinAt(point, { accuracy = "", asked = true } = {}) {
  field("lon").value = point ? point.lon.toFixed(DIGITS) : "";
  field("lat").value = point ? point.lat.toFixed(DIGITS) : "";
  field("accuracy").value = accuracy;
  if (point && asked) document.querySelector("#map-room civigrid-map")?.pinAt(point.lon, point.lat);
  told();
  later();
}

function told() {
  const set = Boolean(field("lon").value);
  part("pin").textContent = set ? part("pin").dataset.set : "";
  part("unpin").hidden = !set;
  if (!set) part("map-room").replaceChildren();
  if (!set) part("map-fold").open = false;
  mend();
}

function here() {
  const { asking: wait, denied } = part("here").dataset;
  part("pin").textContent = wait;
  const refused = () => (part("pin").textContent = denied);
  if (!navigator.geolocation) return refused();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      pinAt({ lon: coords.longitude, lat: coords.latitude }, { accuracy: Math.round(coords.accuracy) });
      part("map-fold").open = true;
    },
    refused,
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

// a map costs data: it comes when somebody opens it
function showMap() {
  const room = part("map-room");
  if (!part("map-fold").open || room.firstChild) return;
  const map = document.createElement("civigrid-map");
  map.className = "map";
  map.setAttribute("src", room.dataset.src);
  map.setAttribute("library", room.dataset.library);
  map.setAttribute("pin", "move");
  if (field("lon").value) {
    map.setAttribute("lon", field("lon").value);
    map.setAttribute("lat", field("lat").value);
  }
  room.append(map);
}

if (document.querySelector("[data-sent]")) sessionStorage.removeItem(DRAFT);
if (form) begin();

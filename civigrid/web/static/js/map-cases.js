// Open cases over the map of the city: signs gathered by the server, heat by grid, and the list behind a sign.

import { drawIn } from "./map-drawing.js";
import { FONTS } from "./map-style.js";

const map = document.querySelector("civigrid-map");
const form = document.getElementById("case-filters");
const here = document.getElementById("cases-here");
const KINDS = ["received", "in_hand", "checking", "late"];
const REST = 250; // ms the map stands still before its signs are asked for
const MARGIN = 0.25; // of the view, asked for around it
const BELOW = "branch-edge"; // heat lies under the roads
const NAMES = "town-name"; // signs under the names of towns

let library = null; // the MapLibre map
let side = [0, 0];
let timer = 0;
let asked = 0;

// what the form says, without what it leaves open
function query() {
  const said = new URLSearchParams([...new FormData(form)].filter(([name, value]) => value && name !== "area" && name !== "view"));
  return said;
}

async function ask(address, more = {}) {
  const where = new URL(address, location.href);
  where.search = new URLSearchParams([...query(), ...Object.entries(more)]);
  const answer = await fetch(where, { headers: { Accept: "application/json", "X-Live": "1" } }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

function view() {
  const bounds = library.getBounds();
  const [wide, high] = [(bounds.getEast() - bounds.getWest()) * MARGIN, (bounds.getNorth() - bounds.getSouth()) * MARGIN];
  const box = [bounds.getWest() - wide, bounds.getSouth() - high, bounds.getEast() + wide, bounds.getNorth() + high];
  return box.map((each) => Math.min(Math.max(each, -180), 180).toFixed(5)).join(",");
}

async function showSigns() {
  const mine = ++asked;
  const news = await ask(form.dataset.signs, { zoom: Math.max(library.getZoom(), 5).toFixed(1), box: view() });
  if (!news || mine !== asked) return;
  side = news.side;
  library.getSource("cases").setData({ type: "FeatureCollection", features: news.signs.map(feature) });
  const nowhere = document.getElementById("nowhere");
  nowhere.hidden = !news.nowhere;
  nowhere.textContent = `${nowhere.dataset.words}: ${news.nowhere}`;
  map.dataset.cases = news.signs.reduce((sum, [, , ...numbers]) => sum + numbers.reduce((one, other) => one + other), 0);
}

function feature([lon, lat, ...numbers]) {
  const number = numbers.reduce((sum, each) => sum + each);
  const kind = KINDS[numbers.findLastIndex((each) => each)];
  return { type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { number, kind: `case-${kind}` } };
}

async function showHeat() {
  const words = form.elements.heat.value;
  const { classes, grids } = (words && (await ask(form.dataset.heat))) || { classes: [], grids: [] };
  const colour = (place) => getComputedStyle(map).getPropertyValue(`--map-heat-${place}`).trim();
  const match = grids.flatMap((codes, place) => (codes.length ? [codes, colour(place)] : []));
  library.setPaintProperty("heat", "fill-color", match.length ? ["match", ["get", "code"], ...match, "rgba(0,0,0,0)"] : "rgba(0,0,0,0)");
  const range = ([low, high]) => (low === high ? `${low}` : `${low}–${high}`);
  document.getElementById("heat-key").replaceChildren(...classes.map((each, place) => swatch(place, range(each))));
  map.dataset.heat = classes.length;
}

function swatch(place, words) {
  const part = document.createElement("span");
  const colour = document.createElement("i");
  colour.className = `swatch swatch--${place}`;
  part.append(colour, words);
  return part;
}

// the signs of the legend as pictures for the map
function picture(kind) {
  const size = 48;
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = canvas.getContext("2d");
  const sign = document.querySelector(`#case-key .sign--${kind}`);
  pen.scale(size / 28, size / 28);
  pen.translate(2, 2);
  pen.fillStyle = getComputedStyle(sign).fill;
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = 2;
  const shape = new Path2D(sign.querySelector("path").getAttribute("d"));
  pen.stroke(shape);
  pen.fill(shape);
  return pen.getImageData(0, 0, size, size);
}

function addLayers() {
  const large = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  for (const kind of KINDS) library.addImage(`case-${kind}`, picture(kind), { pixelRatio: 2 });
  library.addSource("cases", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  library.addLayer({ id: "heat", type: "fill", source: "city", "source-layer": "grids", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "rgba(0,0,0,0)", "fill-opacity": 0.62 } }, BELOW);
  library.addLayer({
    id: "cases",
    type: "symbol",
    source: "cases",
    layout: {
      "icon-image": ["get", "kind"],
      "icon-size": ["interpolate", ["linear"], ["get", "number"], 1, 0.8 * large, 10, 1.15 * large, 100, 1.5 * large, 1000, 1.9 * large],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "text-field": ["case", [">", ["get", "number"], 1], ["to-string", ["get", "number"]], ""],
      "text-font": ["Civigrid Bold", ...FONTS],
      "text-size": 13 * large,
      "text-allow-overlap": true,
      "text-ignore-placement": true,
      "text-offset": ["case", ["==", ["get", "kind"], "case-late"], ["literal", [0, 0.25]], ["literal", [0, 0]]],
      "symbol-sort-key": ["get", "number"],
    },
    paint: { "text-color": "#ffffff" },
  }, NAMES);
}

// a sign that is pointed at opens the list of its cases; the area under it is not meant then
function listen() {
  map.addEventListener("map:pick", (event) => {
    const [found] = library.queryRenderedFeatures(library.project([event.detail.lon, event.detail.lat]), { layers: ["cases"] });
    if (!found) return;
    event.stopImmediatePropagation();
    open(found.geometry.coordinates);
  }, { capture: true });
  library.on("mouseenter", "cases", () => { library.getCanvas().style.cursor = "pointer"; });
  library.on("moveend", () => {
    clearTimeout(timer);
    timer = setTimeout(showSigns, REST);
  });
}

async function open([lon, lat]) {
  const [west, south] = [Math.floor(lon / side[0]) * side[0], Math.floor(lat / side[1]) * side[1]];
  const where = new URL(form.dataset.list, location.href);
  const box = [west, south, west + side[0], south + side[1]].map((each) => each.toFixed(7)).join(",");
  where.search = new URLSearchParams([...query(), ["box", box], ["short", "1"]]);
  const answer = await fetch(where, { headers: { Accept: "text/html", "X-Live": "1" } }).catch(() => null);
  if (!answer?.ok) return;
  here.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  here.querySelector("h2").focus({ preventScroll: true });
  here.scrollIntoView({ block: "nearest" });
}

here.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-shut]")) return;
  here.replaceChildren();
  map.querySelector("canvas")?.focus();
});

function refresh() {
  if (map.dataset.state === "drawing") return drawIn(map, query());
  return Promise.all([showSigns(), showHeat()]);
}

// the address says what is shown, so that it can be sent to somebody and read anew
function changed() {
  const where = new URL(location.href);
  const area = where.searchParams.get("area");
  where.search = new URLSearchParams([...(area ? [["area", area]] : []), ...query()]);
  history.replaceState(history.state, "", where);
  document.dispatchEvent(new Event("civigrid:again"));
  here.replaceChildren();
  return refresh();
}

form.addEventListener("change", changed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  changed();
});

customElements.whenDefined("civigrid-map").then(() => map.ready).then((found) => {
  library = found;
  if (library) {
    addLayers();
    listen();
  }
  if (library || map.dataset.state === "drawing") {
    document.addEventListener("civigrid:news", refresh);
    refresh();
  }
});

// <civigrid-map src library [area] [lon lat [pin="move"]] [hash]>: the map of the city; its drawing where there is no WebGL.
// It tells `map:pick` {lon, lat, code, name} when a place is pointed at, and `map:pin` {lon, lat} when its mark is moved.
// `ready`: a promise of the MapLibre map, of null where a drawing stands in its place. `show(code, box)` goes to an area.

import { addControls, addSwitches, hatch } from "./map-controls.js";
import { drawIn } from "./map-drawing.js";
import { CHOSEN, POINTED, styleOf } from "./map-style.js";

const PATIENCE = 30000; // ms until a map that does not come is given up
const NARROW = 600; // pixels: on a map no wider a margin costs too much
const TOWNS = 0.8; // zooms beyond the whole city at which a click still means a town
const GRIDS = 12; // the zoom from which on it means a grid: their borders are drawn
const CLOSE = 16; // the zoom at which a marked place is shown

const corners = ([west, south, east, north]) => [
  [west, south],
  [east, north],
];

class CivigridMap extends HTMLElement {
  #map = null;

  connectedCallback() {
    this.ready = this.#start();
  }

  // a browser has room for few maps: one that leaves the page gives its room back
  disconnectedCallback() {
    this.#clear();
  }

  get area() {
    return this.getAttribute("area") ?? "";
  }

  get place() {
    return this.hasAttribute("lon") ? [Number(this.getAttribute("lon")), Number(this.getAttribute("lat"))] : null;
  }

  // goes to a region or grid and marks it; without a box it is only marked
  show(code, box = null) {
    this.setAttribute("area", code);
    if (this.dataset.state !== "drawn") return;
    const marked = code === this.guide.city ? "" : code; // the whole city is marked by its border
    for (const layer of CHOSEN) this.#map.setFilter(layer, ["all", ["==", ["geometry-type"], "Polygon"], ["==", ["get", "code"], marked]]);
    if (box) this.#map.fitBounds(corners(box), this.#fit);
  }

  // sets the mark where somebody says it is, and goes there
  pinAt(lon, lat) {
    this.setAttribute("lon", lon);
    this.setAttribute("lat", lat);
    if (this.dataset.state !== "drawn") return;
    this.#mark();
    this.#map.easeTo({ center: [lon, lat], zoom: Math.max(this.#map.getZoom(), CLOSE) });
  }

  async #start() {
    this.guide = await this.#ask();
    if (!this.guide?.box) return null;
    try {
      if (!hasWebGL()) throw new Error("no WebGL");
      return await this.#draw(await import(new URL(this.getAttribute("library"), location.href)));
    } catch (error) {
      console.info(`map: ${error.message}`);
      this.#clear();
      if (this.isConnected) await drawIn(this);
      return null;
    }
  }

  #clear() {
    this.#map?.remove();
    this.#map = this.pin = null;
    delete this.dataset.state;
    for (const part of this.querySelectorAll(".map__canvas, .map__aim, .drawing")) part.remove();
  }

  async #ask() {
    const address = new URL(this.getAttribute("src"), location.href);
    address.searchParams.set("area", this.area);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    return answer?.ok ? answer.json() : null;
  }

  async #draw(library) {
    const look = getComputedStyle(this);
    const colour = (name) => look.getPropertyValue(`--map-${name}`).trim();
    const map = (this.#map = new library.Map({
      ...this.#view(),
      container: this.#part("map__canvas"),
      style: styleOf(this.guide, colour, parseFloat(getComputedStyle(document.documentElement).fontSize) / 16),
      hash: this.getAttribute("hash") ?? false,
      minZoom: this.guide.zooms[0],
      maxZoom: 19,
      maxPitch: 0,
      dragRotate: false,
      renderWorldCopies: false,
      attributionControl: false,
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
      locale: this.guide.words,
    }));
    this.#part("map__aim");
    map.setMissingStyleImageResolver((id) => map.addImage(id, hatch(colour("special")), { pixelRatio: 2 }));
    await loaded(map);
    addControls(library, map, this.guide);
    addSwitches(this.querySelector(".map__legend"), map);
    this.#listen(map);
    this.library = library;
    this.#mark();
    this.querySelector(".map__plain")?.remove();
    this.dataset.state = "drawn";
    this.show(this.area);
    return map;
  }

  #view() {
    if (this.place) return { center: this.place, zoom: CLOSE };
    return { bounds: corners(this.guide.area ?? this.guide.box), fitBoundsOptions: this.#fit };
  }

  get #fit() {
    return { padding: this.clientWidth < NARROW ? 6 : 24, maxZoom: 16.5 };
  }

  #part(name) {
    const part = document.createElement("div");
    part.className = name;
    this.append(part);
    return part;
  }

  #listen(map) {
    map.on("click", (event) => this.#pick(event.point, event.lngLat));
    map.on("mousemove", ({ point }) => {
      map.getCanvas().style.cursor = this.#areaAt(point) ? "pointer" : "";
    });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#pick(map.project(map.getCenter()), map.getCenter());
    });
  }

  #areaAt(point) {
    const found = this.#map.queryRenderedFeatures(point, { layers: POINTED });
    return this.#meant.map((layer) => found.find((each) => each.layer.id === layer)).find(Boolean);
  }

  // kinds of area, first the one that is meant at this scale
  get #meant() {
    const [grid, community, town] = POINTED;
    const zoom = this.#map.getZoom();
    if (zoom < this.#map.cameraForBounds(corners(this.guide.box), this.#fit).zoom + TOWNS) return [town, community, grid];
    return zoom < GRIDS ? [community, grid, town] : [grid, community, town];
  }

  #pick(point, { lng, lat }) {
    const { code = "", name = "" } = this.#areaAt(point)?.properties ?? {};
    if (this.getAttribute("pin") === "move") this.#moved([lng, lat]);
    this.#tell("map:pick", { lon: lng, lat, code, name });
  }

  #mark() {
    if (!this.place) return;
    if (this.pin) return this.pin.setLngLat(this.place);
    this.pin = new this.library.Marker({ color: getComputedStyle(this).getPropertyValue("--map-pin"), draggable: this.getAttribute("pin") === "move" });
    this.pin.setLngLat(this.place).addTo(this.#map);
    this.pin.on("dragend", () => this.#moved(this.pin.getLngLat().toArray()));
  }

  #moved([lon, lat]) {
    this.setAttribute("lon", lon);
    this.setAttribute("lat", lat);
    this.#mark();
    this.#tell("map:pin", { lon, lat });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

function hasWebGL() {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(context);
}

function loaded(map) {
  return new Promise((done, fail) => {
    map.once("load", done);
    setTimeout(() => fail(new Error("it does not come")), PATIENCE);
  });
}

customElements.define("civigrid-map", CivigridMap);

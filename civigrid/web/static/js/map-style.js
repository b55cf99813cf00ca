// The look of the map: what MapLibre draws from the tiles, from the bottom up. The colours stand in map.css.

export const FONTS = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "sans-serif"];
const BOLD = ["Civigrid Bold", ...FONTS]; // no font has this name: it says how heavy those after it are drawn
const PLACES = ["managed", "unmanaged", "village", "market", "industry", "school", "hospital", "site", "port"];
const GREENS = ["park", "square", "forest", "field"];
const STREETS = 14; // from this zoom on lines widen to what they cover on the ground
const CLOSEST = 19;
const EQUATOR = 40075016.7; // metres
const TILE = 512; // pixels

// the layers each switch shows and hides
export const SWITCHES = {
  grids: ["grid-special", "grid-border", "grid-name"],
  places: ["place", "place-edge", "place-name"],
  buildings: ["building", "building-point", "building-name"],
  assets: ["asset", "asset-name"],
};
export const POINTED = ["grid-area", "community-area", "town-area"]; // what a click finds, the finest first
export const CHOSEN = ["chosen-grid", "chosen-grid-edge", "chosen-region-edge"]; // what marks the area that is chosen

const is = (field, value) => ["==", ["get", field], value];
const kind = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const AREA = ["==", ["geometry-type"], "Polygon"];
const LINE = ["==", ["geometry-type"], "LineString"];
const POINT = ["==", ["geometry-type"], "Point"];
const both = (...filters) => ["all", ...filters];
const even = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];

// kind of road, colour, width in pixels at the zoom it begins at and at STREETS, metres where its own are not known
const ROADS = [
  ["lane", "road", 14, 1, 1.2, 6],
  ["branch", "road", 13, 1, 2, 12],
  ["secondary", "road", 11, 0.8, 3.5, 20],
  ["main", "main", 10, 1, 4.5, 30],
  ["highway", "highway", 8, 1, 5, 24],
  ["expressway", "expressway", 7, 1.2, 6, 34],
];

// `guide`: what the server tells of the map; `colour(name)`: of map.css; `large`: how much larger text is wanted
export function styleOf(guide, colour, large) {
  const pen = new Pen(guide, colour, large);
  return {
    version: 8,
    sources: { city: source(guide) },
    layers: [...ground(pen, guide), ...roads(pen), ...things(pen), ...borders(pen, guide), ...areas(pen), ...points(pen), ...names(pen, guide)],
  };
}

function source({ tiles, zooms, box }) {
  return { type: "vector", tiles: [location.origin + tiles], minzoom: zooms[0], maxzoom: zooms[1], bounds: box };
}

// makes layers, so that each says only what is its own
class Pen {
  constructor(guide, colour, large) {
    this.colour = colour;
    this.large = large;
    const middle = (((guide.box[1] + guide.box[3]) / 2) * Math.PI) / 180;
    this.perMetre = (TILE * 2 ** CLOSEST) / (EQUATOR * Math.cos(middle)); // pixels at the closest zoom
  }

  layer(id, type, layer, filter, paint, { layout = {}, minzoom = 0 } = {}) {
    return { id, type, source: "city", "source-layer": layer, filter, paint, layout, minzoom };
  }

  fill(id, layer, filter, paint, more) {
    return this.layer(id, "fill", layer, filter, paint, more);
  }

  line(id, layer, filter, colour, width, { dash, opacity = 1, minzoom } = {}) {
    const paint = { "line-color": this.colour(colour), "line-width": width, "line-opacity": opacity };
    if (dash) paint["line-dasharray"] = dash;
    return this.layer(id, "line", layer, filter, paint, { minzoom, layout: { "line-join": "round", "line-cap": dash ? "butt" : "round" } });
  }

  circle(id, layer, filter, colour, radius, minzoom) {
    const paint = { "circle-color": colour, "circle-radius": radius, "circle-stroke-width": 1, "circle-stroke-color": this.colour("halo") };
    return this.layer(id, "circle", layer, filter, paint, { minzoom });
  }

  text(id, layer, filter, words, size, colour, { minzoom, layout, halo = 1.6 } = {}) {
    const paint = { "text-color": this.colour(colour), "text-halo-color": this.colour("halo"), "text-halo-width": halo };
    const sized = Array.isArray(size) ? even(...size.map((each, at) => (at % 2 ? each * this.large : each))) : size * this.large;
    const all = { "text-field": words, "text-font": FONTS, "text-size": sized, "text-max-width": 8, "text-padding": 4, ...layout };
    return this.layer(id, "symbol", layer, filter, paint, { minzoom, layout: all });
  }

  // pixels until STREETS, then ever nearer to the width on the ground
  true(stops, metres) {
    const covered = ["*", ["coalesce", ["get", "width"], metres], this.perMetre];
    return ["interpolate", ["exponential", 2], ["zoom"], ...stops, CLOSEST, covered];
  }

  by(kinds) {
    return ["match", ["get", "kind"], ...kinds.flatMap((each) => [each, this.colour(each)]), this.colour(kinds[0])];
  }
}

function ground(pen, guide) {
  return [
    { id: "outside", type: "background", paint: { "background-color": pen.colour(guide.outlined ? "outside" : "land") } },
    pen.fill("land", "regions", both(AREA, is("code", guide.city)), { "fill-color": pen.colour("land") }),
    pen.fill("green", "green", AREA, { "fill-color": pen.by(GREENS) }),
    pen.fill("place", "places", AREA, { "fill-color": pen.by(PLACES), "fill-opacity": even(10, 0.35, 12, 0.55, 14, 0.9) }),
    pen.line("water-line", "water", LINE, "water", pen.true([8, 0.8, 12, 1.6, STREETS, 3], 20)),
    pen.fill("water", "water", AREA, { "fill-color": pen.colour("water"), "fill-outline-color": pen.colour("water-edge") }),
    pen.line("place-edge", "places", AREA, "building-edge", 0.6, { minzoom: STREETS, opacity: 0.7 }),
    pen.fill("grid-special", "grids", both(AREA, is("kind", "special")), { "fill-pattern": "hatch" }, { minzoom: 11 }),
  ];
}

function roads(pen) {
  const edges = ROADS.map(([each, look, first, thin, thick, metres]) => {
    const paint = {
      "line-color": pen.colour(`${look}-edge`),
      "line-gap-width": pen.true([first, thin, ...(first < STREETS ? [STREETS, thick] : [])], metres),
      "line-width": even(first, 0.5, 16, 1.1),
    };
    return pen.layer(`${each}-edge`, "line", "roads", both(LINE, is("kind", each)), paint, { minzoom: first, layout: { "line-join": "round" } });
  });
  const beds = ROADS.map(([each, look, first, thin, thick, metres]) =>
    pen.line(`${each}-road`, "roads", both(LINE, is("kind", each)), look, pen.true([first, thin, ...(first < STREETS ? [STREETS, thick] : [])], metres), { minzoom: first }),
  );
  return [
    ...edges,
    ...beds,
    pen.line("rail", "rail", LINE, "rail", even(8, 1, 14, 3, 18, 7)),
    pen.line("rail-gaps", "rail", LINE, "halo", even(11, 0.8, 14, 1.8, 18, 5), { dash: [4, 4], minzoom: 11 }),
  ];
}

function things(pen) {
  const paint = { "fill-color": pen.colour("building"), "fill-outline-color": pen.colour("building-edge"), "fill-opacity": even(14, 0.75, 15, 1) };
  return [
    pen.fill("building", "buildings", AREA, paint, { minzoom: 14 }),
    pen.circle("building-point", "buildings", POINT, pen.colour("building-edge"), even(16, 2.5, 18, 5), 16),
  ];
}

// a band under a thin line: it can be followed along a road without hiding the road
function borders(pen, guide) {
  const top = guide.city.length > 4 ? "county" : "prefecture";
  return [
    pen.line("grid-border", "borders", is("level", "grid"), "grid", even(12, 0.6, 16, 1.4), { dash: [3, 2], minzoom: 12, opacity: 0.9 }),
    pen.line("community-border", "borders", is("level", "community"), "community", even(10, 0.6, 14, 1.6, 17, 2.4), { dash: [5, 2], minzoom: 10, opacity: 0.9 }),
    pen.line("town-band", "borders", is("level", "town"), "town", even(9, 2, 13, 6, 17, 14), { opacity: 0.16 }),
    pen.line("town-border", "borders", is("level", "town"), "town", even(8, 0.9, 13, 1.7, 17, 2.8), { dash: [6, 2, 1.5, 2] }),
    pen.line("city-band", "borders", is("level", top), "county", even(8, 4, 12, 8, 16, 16), { opacity: 0.16 }),
    pen.line("city-border", "borders", ["in", ["get", "level"], ["literal", ["county", "prefecture"]]], "county", even(8, 1.4, 12, 2.2, 16, 3), { dash: [7, 2, 1.5, 2] }),
  ];
}

function areas(pen) {
  const nothing = { "fill-opacity": 0 };
  const none = is("code", "");
  return [
    pen.fill("grid-area", "grids", AREA, nothing),
    pen.fill("community-area", "regions", both(AREA, is("level", "community")), nothing),
    pen.fill("town-area", "regions", both(AREA, is("level", "town")), nothing),
    pen.fill("chosen-grid", "grids", both(AREA, none), { "fill-color": pen.colour("chosen"), "fill-opacity": 0.12 }),
    pen.line("chosen-grid-edge", "grids", both(AREA, none), "chosen", 3),
    pen.line("chosen-region-edge", "regions", both(AREA, none), "chosen", 3),
  ];
}

function points(pen) {
  const colours = ["match", ["get", "kind"], ["stop", "station"], pen.colour("stop"), pen.colour("landmark")];
  return [
    pen.circle("asset", "assets", POINT, pen.colour("asset"), even(16, 1.6, 19, 5), 16),
    pen.circle("site", "sites", POINT, colours, even(11, 2, 16, 4)),
  ];
}

// of two names that have no room beside each other the one drawn last stays
function names(pen, guide) {
  const name = guide.english ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"];
  const short = guide.english ? ["coalesce", ["get", "short_en"], ["get", "short"]] : ["get", "short"];
  const along = { "symbol-placement": "line", "symbol-spacing": 320, "text-max-angle": 35, "text-padding": 10 };
  const below = { "text-offset": [0, 0.6], "text-anchor": "top" };
  // a name that has no room in the middle stands beside it
  const beside = { "text-variable-anchor": ["center", "bottom", "top", "left", "right"], "text-radial-offset": 0.7 };
  const road = (...kinds) => both(LINE, kind(...kinds));
  return [
    pen.text("asset-name", "assets", POINT, name, 12, "asset", { minzoom: 18, layout: below }),
    // the ground of a school says its name already
    pen.text("building-name", "buildings", both(["has", "name"], ["!", kind("school", "hospital")]), name, 12, "place-name", { minzoom: 16 }),
    pen.text("grid-name", "grids", POINT, short, [12, 12, 16, 14], "grid-name", { minzoom: 12 }),
    pen.text("place-name", "places", POINT, name, 12, "place-name", { minzoom: 13 }),
    pen.text("stop-name", "sites", both(POINT, kind("stop", "gate")), name, 12, "stop", { minzoom: 15, layout: below }),
    pen.text("landmark-name", "sites", both(POINT, kind("landmark", "station")), name, 12, "landmark", { layout: below }),
    pen.text("green-name", "green", POINT, name, 12, "green-name"),
    pen.text("lane-name", "roads", road("branch", "lane"), name, 12, "road-name", { minzoom: 15, layout: along }),
    pen.text("road-name", "roads", road("secondary", "main"), name, [12, 12, 17, 14], "road-name", { minzoom: 12.5, layout: along }),
    pen.text("water-line-name", "water", LINE, name, 12, "water-name", { minzoom: 11, layout: along }),
    pen.text("highway-name", "roads", road("highway", "expressway"), name, 12, "road-name", { minzoom: 10, layout: along }),
    pen.text("community-name", "regions", both(POINT, is("level", "community")), name, [11, 12, 15, 16], "community-name", { minzoom: 11 }),
    // a tile names the part of a river that crosses it: one point would leave most of it without
    pen.text("river-name", "water", both(AREA, kind("river", "canal")), name, [9, 12, 14, 14], "water-name", { minzoom: 9, layout: { "text-padding": 24, ...beside } }),
    pen.text("water-name", "water", both(POINT, kind("lake", "reservoir", "sea")), name, 13, "water-name", { layout: beside }),
    pen.text("town-name", "regions", both(POINT, is("level", "town")), name, [8, 13, 13, 19], "name", { halo: 2, layout: { "text-font": BOLD, "text-padding": 1, ...beside } }),
  ];
}

// What stands on the map: buttons for its scale, the whole city, a ruler, switches for its layers.

import { SWITCHES } from "./map-style.js";

class Whole {
  constructor(guide) {
    this.guide = guide;
  }

  onAdd(map) {
    const [west, south, east, north] = this.guide.box;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "map__whole";
    button.title = this.guide.words.whole;
    button.setAttribute("aria-label", this.guide.words.whole);
    button.textContent = "⤢";
    button.addEventListener("click", () => map.fitBounds([[west, south], [east, north]], { padding: map.getContainer().clientWidth < 600 ? 6 : 24 }));
    this.part = document.createElement("div");
    this.part.className = "maplibregl-ctrl maplibregl-ctrl-group";
    this.part.append(button);
    return this.part;
  }

  onRemove() {
    this.part.remove();
  }
}

export function addControls(library, map, guide) {
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new Whole(guide), "top-right");
  map.addControl(new library.ScaleControl({ maxWidth: 120 }), "bottom-left");
}

// the legend's boxes [data-switch] show and hide layers
export function addSwitches(legend, map) {
  if (!legend) return;
  legend.hidden = false;
  legend.addEventListener("change", ({ target }) => {
    for (const layer of SWITCHES[target.dataset.switch] ?? []) {
      map.setLayoutProperty(layer, "visibility", target.checked ? "visible" : "none");
    }
  });
}

// thin slanting lines, so that what they cover can be told by its pattern and not by its colour alone
export function hatch(colour) {
  const side = 16;
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const pen = canvas.getContext("2d");
  pen.globalAlpha = 0.08;
  pen.fillStyle = colour;
  pen.fillRect(0, 0, side, side);
  pen.globalAlpha = 0.45;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2;
  for (const start of [-side, 0, side]) {
    pen.moveTo(start, side);
    pen.lineTo(start + side, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, side, side);
}

// Where there is no WebGL: the drawing the server makes of the same area takes the map's place.

export async function drawIn(map, query = "") {
  const address = new URL(map.guide.drawing, location.href);
  address.search = query;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return;
  const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  if (drawing.localName !== "svg") return;
  map.querySelector(".map__plain")?.remove();
  map.querySelector(".drawing")?.remove();
  map.prepend(document.importNode(drawing, true));
  map.classList.add("map--drawn");
  map.dataset.state = "drawing";
}

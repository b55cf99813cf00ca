// The place of a case: what is pointed at on its map stands in the form that corrects it, and what is typed there on the map.

const DIGITS = 6; // of a degree: a tenth of a metre

const map = () => document.querySelector("#place civigrid-map");
const field = (name) => document.querySelector(`[data-place] [name=${name}]`);

function set(name, text) {
  const input = field(name);
  if (!input || input.value === text) return;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true })); // the form is not as it was
}

document.addEventListener("map:pin", ({ detail }) => {
  const form = document.querySelector("[data-place]");
  if (!form) return;
  form.open = true;
  set("lon", detail.lon.toFixed(DIGITS));
  set("lat", detail.lat.toFixed(DIGITS));
  set("place", "");
  set("grid", "");
});

document.addEventListener("change", ({ target }) => {
  if (!target.closest?.("[data-place]")) return;
  if (target.name === "place" && target.value) for (const name of ["lon", "lat", "grid"]) set(name, "");
  if (target.name !== "lon" && target.name !== "lat") return;
  set("grid", "");
  const [lon, lat] = [field("lon").valueAsNumber, field("lat").valueAsNumber];
  if (Number.isFinite(lon) && Number.isFinite(lat)) map()?.pinAt(lon, lat);
});

// somebody else moved it
document.addEventListener("civigrid:fresh", () => {
  const { lon, lat } = document.getElementById("place-facts")?.dataset ?? {};
  if (lon) map()?.pinAt(Number(lon), Number(lat));
});

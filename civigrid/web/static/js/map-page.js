// The page of the map: what is pointed at on it is told beside it, and areas named there are shown on it.

const map = document.querySelector("civigrid-map");
const area = document.getElementById("area");
const panels = area.dataset.panels;
let asked = 0;

// which cases are counted beside the map
function filters() {
  const said = new URL(location.href).searchParams;
  said.delete("area");
  return `?${said}`;
}

// tells of an area beside the map; `move` also goes there
async function tell(code, { move = false, record = true } = {}) {
  const mine = ++asked;
  const answer = await fetch(panels.replace("CODE", encodeURIComponent(code)) + filters(), { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const { box, name } = fresh.querySelector("[data-code]").dataset;
  area.replaceChildren(...fresh.childNodes);
  area.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  map.show(code, move && box ? box.split(" ").map(Number) : null);
  document.getElementById("announce").textContent = name;
  if (record) {
    const here = new URL(location.href);
    here.searchParams.set("area", code);
    if (move) here.hash = "";
    history.pushState({ area: code }, "", here);
  }
}

map.addEventListener("map:pick", ({ detail }) => detail.code && tell(detail.code));

area.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-area]");
  if (!link || map.dataset.state !== "drawn" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  tell(link.dataset.area, { move: true }).then(() => document.getElementById("area-name")?.focus({ preventScroll: true }));
});

// other cases are asked for
document.addEventListener("civigrid:again", () => map.area && tell(map.area, { record: false }));

addEventListener("popstate", () => {
  const code = new URL(location.href).searchParams.get("area") ?? map.guide?.city;
  if (code && code !== map.area) tell(code, { move: !location.hash, record: false });
});

// A queue by keyboard: x chooses the line that is focused, o opens it. New cases are announced while somebody works in the
// list and come on request, so that no line moves under his hand. The page works without this file.

const queue = () => document.getElementById("queue");
const table = () => document.querySelector("#queue table");
const ticks = () => [...document.querySelectorAll("#queue [name=case]")];
const typing = (event) =>
  event.isComposing ||
  event.keyCode === 229 ||
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog");
const PLACE = `civigrid-queue ${location.pathname}${location.search}`;

document.addEventListener("keydown", (event) => {
  if (typing(event) || !["x", "o"].includes(event.key)) return;
  const row = document.activeElement?.closest("#queue tr");
  const found = row?.querySelector(event.key === "x" ? "[name=case]" : "[data-line]");
  if (!found) return;
  event.preventDefault();
  found.click();
});

// where one was is where one comes back to
document.addEventListener("click", ({ target }) => {
  const line = target.closest?.("#queue [data-line]");
  if (line) sessionStorage.setItem(PLACE, line.id);
});
const was = sessionStorage.getItem(PLACE);
if (was) {
  sessionStorage.removeItem(PLACE);
  const line = document.getElementById(was);
  line?.focus();
  line?.scrollIntoView({ block: "center" });
}

// the box that chooses all works only here, so it is only shown here
function showAll() {
  const all = document.querySelector("[data-all]");
  if (all) all.hidden = false;
}
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-all]")) for (const each of ticks()) each.checked = target.checked;
  if (target.matches("#queue [type=checkbox]")) hold();
});
showAll();

// in use: a line is focused or chosen
const used = () => ticks().some((each) => each.checked) || table()?.contains(document.activeElement);

function hold() {
  const form = document.getElementById("batch");
  if (!form) return;
  if (ticks().some((each) => each.checked)) form.dataset.dirty = "yes";
  else delete form.dataset.dirty;
}

document.addEventListener("focusin", () => queue()?.toggleAttribute("data-held", Boolean(used())));
document.addEventListener("change", () => queue()?.toggleAttribute("data-held", Boolean(used())));

document.addEventListener("civigrid:held", ({ detail }) => {
  const told = document.getElementById("queue-news");
  const before = new Set([...document.querySelectorAll("#queue [data-line]")].map((each) => each.id));
  const count = [...detail.fresh.querySelectorAll("[data-line]")].filter((each) => !before.has(each.id)).length;
  if (!told) return;
  told.hidden = false;
  told.querySelector("span").textContent = count ? told.dataset.news.replace("0", count) : told.dataset.changed;
});
document.addEventListener("click", ({ target }) => target.closest?.("#queue-news") && location.reload());
document.addEventListener("civigrid:fresh", showAll);
document.addEventListener("htmx:after:swap", showAll);

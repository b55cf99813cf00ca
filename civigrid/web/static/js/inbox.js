// The inbox by keyboard: x chooses the line that is focused, a accepts it. The page works without this file.

const typing = (event) =>
  event.isComposing ||
  event.keyCode === 229 ||
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog");

const row = () => document.activeElement?.closest("table.inbox tr");
const ticks = () => [...document.querySelectorAll("table.inbox [name=task]")];

document.addEventListener("keydown", (event) => {
  if (typing(event) || (event.key !== "x" && event.key !== "a")) return;
  const found = row()?.querySelector(event.key === "x" ? "[name=task]" : "[name=one]");
  if (!found) return;
  event.preventDefault();
  found.click();
});

// the box that chooses all of them works only here, so it is only shown here
function showAll() {
  const all = document.querySelector("[data-all]");
  if (all) all.hidden = false;
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-all]")) for (const each of ticks()) each.checked = target.checked;
  const all = document.querySelector("[data-all]");
  if (all && target.matches("table.inbox [name=task]")) all.checked = ticks().every((each) => each.checked);
});
document.addEventListener("htmx:after:swap", showAll);
document.addEventListener("civigrid:fresh", showAll);
showAll();

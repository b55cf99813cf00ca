// Small conveniences. Every page works without this file.

const typing = (event) =>
  event.isComposing ||
  event.keyCode === 229 ||
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  event.target.closest("input, select, textarea, [contenteditable], dialog");

const lines = () => [...document.querySelectorAll("[data-line]")];

function move(step) {
  const all = lines();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

const SHORTCUTS = {
  j: () => move(1),
  k: () => move(-1),
  n: () => document.querySelector("[rel=next]")?.click(),
  p: () => document.querySelector("[rel=prev]")?.click(),
  "/": () => document.getElementById("search")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    closeMenus();
    return;
  }
  if (typing(event) || !(event.key in SHORTCUTS)) return;
  event.preventDefault();
  SHORTCUTS[event.key]();
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (menu === except) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.drop")));

// a form that was touched is never replaced under its writer's hands
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "yes";
});
// also where that was before this file ran
const typed = ({ type, defaultValue = "", value }) => !["hidden", "checkbox", "radio", "file"].includes(type) && value !== defaultValue;
for (const form of document.querySelectorAll("form[data-guard]")) {
  if ([...form.querySelectorAll("input, textarea")].some(typed)) form.dataset.dirty = "yes";
}

// a plain form sent twice by a double click is sent once
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});

// on a narrow screen menu, tabs and the stages of a case scroll: show where we are
const HERE = ".side [aria-current=page], .tabs [aria-current=page], .stages [aria-current=step], .stages [data-state=ended]";

function showHere() {
  for (const here of document.querySelectorAll(HERE)) {
    const strip = here.closest(".side, .tabs, .stages");
    const [at, frame] = [here.getBoundingClientRect(), strip.getBoundingClientRect()];
    strip.scrollLeft += at.left - frame.left - (strip.clientWidth - at.width) / 2;
  }
}
showHere();

// what was done is said where the person looks
function showSaid() {
  const said = document.querySelector("#page .notices .notice");
  if (!said) return;
  said.scrollIntoView({ block: "center" });
  said.focus({ preventScroll: true });
}
showSaid();

// after htmx replaced the page's middle: say its heading, and show what is wrong first
document.addEventListener("htmx:after:swap", () => {
  showHere();
  const trouble = document.querySelector("#page [role=alert]:not(.notice--call), #page [aria-invalid=true]");
  if (trouble) {
    trouble.closest("details")?.setAttribute("open", "");
    trouble.scrollIntoView({ block: "center" });
    if (trouble.matches("input, select, textarea, [tabindex]")) trouble.focus({ preventScroll: true });
  } else {
    showSaid();
  }
  const said = document.querySelector("#page .notices .notice");
  const announce = document.getElementById("announce");
  if (announce && said) announce.textContent = said.textContent;
});

// Another language or size of text makes the page anew: what was typed on it is carried over, in this tab and once.

const PLACE = "civigrid-typed";
const KEPT = "input[name]:not([type=hidden], [type=password], [type=file], [data-private]), select[name], textarea[name]";
const HERE = location.pathname + location.search;

const forms = () => [...document.querySelectorAll("main form")];
const fields = (form) => [...form.querySelectorAll(KEPT)];
const nameOf = (form) => form.id || form.getAttribute("action") || "";
const tickable = (field) => field.type === "checkbox" || field.type === "radio";

function keep() {
  const typed = forms()
    .filter((form) => form.dataset.dirty || fields(form).some((each) => !tickable(each) && each.defaultValue !== undefined && each.value !== each.defaultValue))
    .map((form) => [nameOf(form), fields(form).map((each) => [each.name, tickable(each) ? each.checked : each.value])]);
  if (typed.length) sessionStorage.setItem(PLACE, JSON.stringify({ here: HERE, typed }));
}

function giveBack() {
  const held = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  sessionStorage.removeItem(PLACE);
  if (held?.here !== HERE) return;
  for (const [name, values] of held.typed) {
    const form = forms().find((each) => nameOf(each) === name);
    if (form) fill(form, values);
  }
}

function fill(form, values) {
  fields(form).forEach((field, at) => {
    const [name, value] = values[at] ?? [];
    if (name !== field.name) return;
    if (tickable(field)) field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.closest("details")?.setAttribute("open", "");
}

for (const form of document.querySelectorAll(".top__tools > form")) form.addEventListener("submit", keep);
giveBack();

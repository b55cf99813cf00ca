// Filing: of all conditions only those of the chosen matter are offered. Without this file all are, by matter.

const groups = new WeakMap(); // each list's groups as the page came

function narrow(list) {
  const matter = list.form?.elements[list.dataset.conditions]?.value;
  if (!groups.has(list)) groups.set(list, [...list.querySelectorAll("optgroup")]);
  const all = groups.get(list);
  const chosen = list.value;
  const fitting = matter ? all.filter((group) => group.querySelector(`option[data-matter="${matter}"]`)) : all;
  for (const group of all) group.remove();
  list.append(...fitting);
  list.value = chosen;
  if (list.selectedIndex < 0) list.value = "";
}

function narrowAll() {
  document.querySelectorAll("select[data-conditions]").forEach(narrow);
}

narrowAll();
document.addEventListener("htmx:after:swap", narrowAll);
document.addEventListener("civigrid:fresh", narrowAll);
document.addEventListener("change", (event) => {
  for (const list of event.target.form?.querySelectorAll("select[data-conditions]") ?? []) {
    if (event.target.name === list.dataset.conditions) narrow(list);
  }
});

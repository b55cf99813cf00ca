// What is typed stays with the window until it is saved, for the person who typed it: a session that ended loses nothing.

const PLACE = "civigrid-desk";

const fields = (form) => [...form.querySelectorAll("[data-draft], civigrid-picker input")].filter((each) => !each.matches("[data-private]"));

export function begin(form, told) {
  if (document.querySelector("[data-saved]")) sessionStorage.removeItem(PLACE);
  restore(form, told);
  document.querySelector("#forget")?.addEventListener("click", () => sessionStorage.removeItem(PLACE));
  form.addEventListener("input", () => keep(form));
  form.addEventListener("change", () => keep(form));
}

function keep(form) {
  const typed = Object.fromEntries(fields(form).map((each) => [each.name, each.value]));
  const choice = form.querySelector("[name=choice]:checked")?.value;
  sessionStorage.setItem(PLACE, JSON.stringify({ who: form.dataset.who, typed, choice }));
}

function restore(form, told) {
  const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  if (kept && kept.who !== form.dataset.who) return sessionStorage.removeItem(PLACE); // somebody else sits here now
  if (!kept?.typed.text || form.elements.text.value) return;
  for (const each of fields(form)) if (kept.typed[each.name]) each.value = kept.typed[each.name];
  const choice = form.querySelector(`[name=choice][value=${kept.choice}]`);
  if (choice) choice.checked = true;
  told();
}

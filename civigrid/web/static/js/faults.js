// What a refused form complained of is said as long as it is true: a fault goes from its field and from the summary once
// it was mended, and is back where what was refused is typed again. The page says by what: data-mended-by names fields
// that are not what they were, or name:value.

/** Call what it returns after every change of the form. */
export function watch(form) {
  const summary = document.getElementById("faults");
  const lines = [...(summary?.querySelectorAll("[data-mended-by]") ?? [])];
  const files = { chosen: 0 };
  const value = (name) => {
    const field = form.elements[name];
    if (field?.type === "file") return `${files.chosen}`;
    return field?.type === "checkbox" ? (field.checked ? "on" : "off") : (field?.value ?? "").trim();
  };
  const names = lines.flatMap((line) => line.dataset.mendedBy.split(" ")).map((each) => each.split(":")[0]);
  const refused = new Map(names.map((name) => [name, came(form.elements[name])]));
  const mended = (token) => {
    const [name, wanted] = token.split(":");
    return wanted === undefined ? value(name) !== refused.get(name) : value(name) === wanted;
  };
  form.addEventListener("change", ({ target }) => target.type === "file" && (files.chosen += 1), true);
  return () => {
    for (const line of lines) {
      line.hidden = line.dataset.mendedBy.split(" ").some(mended);
      beside(form.elements[line.dataset.of], line.hidden);
    }
    if (lines.length) summary.hidden = [...summary.querySelectorAll("li")].every((line) => line.hidden);
  };
}

/** What a field held as its page came: it may have been mended before this file ran. */
function came(field) {
  if (field?.type === "file") return "0";
  if (field?.type === "checkbox") return field.defaultChecked ? "on" : "off";
  if (field?.options) return [...field.options].find((each) => each.defaultSelected)?.value.trim() ?? "";
  return (field?.defaultValue ?? field?.value ?? "").trim();
}

/** The same beside the field. What describes a field is read out even where it is hidden: it is taken out of there. */
function beside(field, mended) {
  if (!field?.matches?.("[aria-invalid], [data-refused]")) return;
  field.toggleAttribute("data-refused", true);
  field.toggleAttribute("aria-invalid", false);
  if (!mended) field.setAttribute("aria-invalid", "true");
  const errors = [...(field.closest(".field")?.querySelectorAll(".field__error") ?? [])];
  for (const error of errors) error.hidden = mended;
  const ids = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  for (const { id } of errors) mended ? ids.delete(id) : ids.add(id);
  field.setAttribute("aria-describedby", [...ids].join(" "));
}

// What a person put into a form and has not sent: is there any, put it back, and say beside it what is wrong.
export const FIELDS = "textarea, select, input:not([type=hidden]):not([type=file])";

export function isTyped(field) {
  if (field.type === "file") return field.files.length > 0;
  if (/radio|checkbox/.test(field.type)) return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((one) => one.selected && !one.defaultSelected && one.index > 0);
  return field.value !== field.defaultValue;
}

// What is saved in the outbox already is not half filled, though it may stand in its form.
export function isHalfFilled(root = document.body) {
  return [...root.querySelectorAll(`${FIELDS}, [type=file]`)].some(
    (field) => field.form?.method === "post" && !("saved" in field.form.dataset) && isTyped(field));
}

// The fields of a form as an item of the outbox keeps them; its schemas 1 and 2 kept them by name, one value each.
export const fieldsOf = ({ fields }) => (fields.map ? fields : Object.entries(fields));

export function fill(form, values) {
  for (const [name, value] of values) {
    const field = form.elements[name];
    if (!field || /hidden|file/.test(field.type)) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = value;
  }
  form.closest("details")?.setAttribute("open", "");
}

export function say(form, text) {
  const said = form.querySelector(".refusal") ?? document.createElement("p");
  said.className = "refusal";
  said.setAttribute("role", "alert");
  said.tabIndex = -1;
  said.textContent = text;
  form.prepend(said);
  // Who is typing elsewhere meanwhile hears it, and goes on typing.
  if ([form, undefined].includes(document.activeElement.form)) said.focus();
}

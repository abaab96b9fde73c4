// What every view uses: asking the house, making elements, telling the person.
"use strict";
export const at = (id) => document.getElementById(id);
let outside = () => {};
export const whenOutside = (work) => { outside = work; };

export async function send(path, body) {
  const response = await fetch(path, body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const found = await response.json().catch(() => ({}));
  if (response.status === 401) { outside(); throw new Error("not inside"); }
  if (!response.ok) throw new Error(found.error || `the house answered ${response.status}`);
  return found;
}

export const tell = (text, where = "says") => { at(where).textContent = text; };
export const safely = (work, where = "says") => async (event) => {
  if (event) event.preventDefault();
  try { await work(event); } catch (error) { tell(error.message, where); }
};

export function part(kind, text, parent) {
  const made = document.createElement(kind);
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

export function press(text, parent, work, where, label) {
  const made = part("button", text, parent);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", safely(work, where));
  return made;
}

let fields = 0;
export function labelled(text, field, parent) {
  const label = part("label", text, parent);
  field.id = field.id || `field-${fields += 1}`;
  label.htmlFor = field.id;
  parent.append(field);
  return field;
}

export function choice(options, chosen) {
  const made = document.createElement("select");
  for (const [value, told] of options) made.append(new Option(told, value));
  made.value = String(chosen);
  return made;
}

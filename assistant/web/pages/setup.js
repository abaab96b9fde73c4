// Setup: the same questions as on the command line, each with its default; and every setting as text.
"use strict";
import * as sound from "./sound.js";
import { at, choice, labelled, part, press, safely, send, tell } from "./parts.js";
let timer = null;
const touched = new Map();
const LONG = 30;
const CODES = ["language", "time_format", "units"];
/* Their answers are codes; people read what they stand for. */
const shownAs = (key, value, told) => (CODES.includes(key) || !told ? told || value : `${value}: ${told}`);
const EMPTIED = ["country", "quiet_hours", "home"];
/* Who empties one of these wants none. */
const PLACE = ["time_zone", "time_format", "units", "emergency_number"];
const RULES = ["language", "country", "level", "updates"];
/* Other questions hang on these, so they are asked anew; what was typed elsewhere stays. */

function proposed(question, field, form) {
  const list = part("datalist", undefined, form);
  list.id = `found-${question.key}`;
  for (const { value, told } of question.found) list.append(new Option(told, value));
  field.setAttribute("list", list.id);
}

function drawQuestion(question, form) {
  let field = null;
  if (question.choices.length) {
    const told = question.choices.map(({ value, told: more }) => [value, shownAs(question.key, value, more)]);
    field = choice(told, question.default);
  } else {
    field = document.createElement("input");
    field.value = question.default === "none" ? "" : question.default;
    field.placeholder = question.default || (question.key === "time_zone" ? "Europe/Berlin" : "");
    field.maxLength = 300;
    if (question.found.length) proposed(question, field, form);
  }
  field.name = question.key;
  if (touched.has(question.key)) {
    field.value = touched.get(question.key);
    if (field.tagName === "SELECT" && !field.value) field.value = question.default;
  }
  labelled(question.text, field, form);
  if (question.choices.some(({ told }) => told.length > LONG)) {
    // On a phone a long choice is cut off in the field itself.
    const whole = part("small", "", form);
    const show = () => { whole.textContent = field.selectedOptions[0] ? field.selectedOptions[0].text : ""; };
    field.addEventListener("change", show);
    show();
  }
  if (question.key === "voice") {
    press("Hear it", form, async () => {
      tell("one moment…", "setup-says");
      const address = `/api/setup/voice?name=${encodeURIComponent(field.value)}`;
      try { await new Audio(address).play(); } catch { await send(address); }
      tell("", "setup-says");
    }, "setup-says", "Hear the chosen voice");
  }
  field.addEventListener("change", safely(async () => {
    if (!RULES.includes(question.key)) touched.set(question.key, field.value);
    else {
      if (["language", "country"].includes(question.key)) for (const key of PLACE) touched.delete(key);
      await draw(Object.fromEntries(RULES.map((key) => [key, form.elements[key].value])));
      at("answers").elements[question.key].focus();
    }
  }, "setup-says"));
  if (question.key === "home") drawHome(field, form);
}

function drawHome(field, form) {
  const found = part("span", undefined, form);
  found.className = "buttons";
  press("Look for Home Assistant", form, async () => {
    tell("looking…", "setup-says");
    const homes = (await send("/api/setup/homes")).found;
    found.replaceChildren();
    for (const home of homes) press(`${home.name}: ${home.url}`, found, async () => { field.value = home.url; });
    tell(homes.length ? "choose the one that is yours" : "none answered; type its address", "setup-says");
  }, "setup-says");
  const name = part("input", undefined, form);
  Object.assign(name, { hidden: true, autocomplete: "username" });
  const token = document.createElement("input");
  Object.assign(token, { type: "password", name: "token", autocomplete: "off", maxLength: 4000 });
  labelled("Home Assistant's access token (your profile there, Security); kept in a file of its own", token, form);
}

async function draw(rules) {
  const found = await send(`/api/setup${rules ? `?${new URLSearchParams(rules)}` : ""}`);
  const form = at("answers");
  tell(`This box has ${found.box}.`, "box");
  form.replaceChildren();
  for (const question of found.questions) drawQuestion(question, form);
  part("button", "Save", form).type = "submit";
  tell(found.told, "setup-says");
  follow(found.told);
}

function follow(told) {
  clearTimeout(timer);
  if (told.startsWith("fetching")) timer = setTimeout(safely(async () => {
    const found = await send("/api/setup");
    tell(found.told, "setup-says");
    follow(found.told);
  }, "setup-says"), 2000);
}

export async function show() {
  at("settings-text").value = (await send("/api/settings")).text;
  if (!at("answers").children.length) await draw(null);
  await sound.show();
}

export function begin(refresh) {
  at("answers").addEventListener("submit", safely(async () => {
    const given = Object.fromEntries(new FormData(at("answers")));
    for (const key of EMPTIED) if (key in given && !given[key].trim()) given[key] = "none";
    const token = given.token || "";
    delete given.token;
    tell("one moment…", "setup-says");
    const told = (await send("/api/setup", { answers: given, token })).told;
    tell(told, "setup-says");
    follow(told);
    at("answers").elements.token.value = "";
    touched.clear();
    at("settings-text").value = (await send("/api/settings")).text;
    await refresh();
  }, "setup-says"));
  at("settings").addEventListener("submit", safely(async () => {
    await send("/api/settings", { text: at("settings-text").value });
    tell("in force", "settings-says");
    await refresh();
  }, "settings-says"));
}

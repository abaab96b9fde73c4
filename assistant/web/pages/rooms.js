// Rooms: add, rename, remove, and what each one may.
"use strict";
import { at, choice, labelled, part, press, safely, send, tell } from "./parts.js";
const SAYS = "rooms-says";
const RISKS = [
  [0, "only answers questions"], [1, "lights, timers and the like"],
  [2, "also what lasts, after a yes"], [3, "also locks and garages, with the PIN"],
];
let refresh = async () => {};

async function change(path, body) {
  tell("one moment…", SAYS);
  draw((await send(path, body)).rooms);
  tell("in force", SAYS);
  await refresh();
}

function checked(text, value, parent) {
  const label = part("label", undefined, parent);
  label.className = "check";
  const box = part("input", undefined, label);
  box.type = "checkbox";
  box.checked = value;
  label.append(text);
  return box;
}

function field(type, value) {
  const made = document.createElement("input");
  made.type = type;
  made.value = value;
  return made;
}

function drawRoom(room, parent) {
  const details = part("details", undefined, parent);
  part("summary", room.name, details);
  const form = part("form", undefined, details);
  form.className = "tall";
  const name = labelled("Name", field("text", room.name), form);
  name.maxLength = 41;
  const risk = labelled("What may be asked for here", choice(RISKS, room.highest_risk), form);
  const llm = checked("The language model may answer here", room.llm, form);
  const memory = checked("What is said here may be remembered", room.memory, form);
  const quiet = room.quiet_hours || { start: "", end: "" };
  const start = labelled("Speak softly from", field("time", quiet.start), form);
  const end = labelled("until", field("time", quiet.end), form);
  const save = part("button", "Save", form);
  save.type = "submit";
  form.addEventListener("submit", safely(async () => {
    const hours = start.value && end.value ? { start: start.value, end: end.value } : null;
    await change("/api/rooms/change", {
      name: room.name,
      changes: { highest_risk: Number(risk.value), llm: llm.checked, memory: memory.checked, quiet_hours: hours },
    });
    if (name.value.trim() !== room.name) await change("/api/rooms/rename", { name: room.name, to: name.value });
  }, SAYS));
  press("Remove", form, async () => {
    if (window.confirm(`Remove the room ${room.name}?`)) await change("/api/rooms/remove", { name: room.name });
  }, SAYS, `Remove ${room.name}`);
}

function draw(rooms) {
  at("permissions").replaceChildren();
  for (const room of rooms) drawRoom(room, at("permissions"));
}

export async function show() { draw((await send("/api/rooms")).rooms); }

export function begin(again) {
  refresh = again;
  at("room-add").addEventListener("submit", safely(async () => {
    await change("/api/rooms/add", { name: at("room-name").value });
    at("room-name").value = "";
  }, SAYS));
}

// Rooms: what each one may; their satellites: there or not, paired, tried, renamed, let go.
"use strict";
import { at, choice, labelled, part, press, safely, send, tell } from "./parts.js";
const SAYS = "rooms-says";
const RISKS = [
  [0, "only answers questions"], [1, "lights, timers and the like"],
  [2, "also what lasts, after a yes"], [3, "also locks and garages, with the PIN"],
];
const LANGUAGES = [
  ["", "that of the house"], ["en", "English"], ["de", "Deutsch"], ["fr", "Français"], ["es", "Español"], ["it", "Italiano"], ["nl", "Nederlands"],
];
const SORTS = { own: "Hearth's own satellite", wyoming: "Wyoming satellite", esphome: "ESPHome device" };
const AGAIN_MS = 2000;
let refresh = async () => {};
let timer = null;
const opened = new Set();
let marks = [];

async function change(path, body) {
  tell("one moment…", SAYS);
  const found = await send(path, body);
  draw(found);
  tell(found.told || "in force", SAYS);
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

function drawPermissions(room, form) {
  const name = labelled("Name", field("text", room.name), form);
  name.maxLength = 41;
  const aliases = labelled("Also called (with commas)", field("text", room.aliases.join(", ")), form);
  aliases.maxLength = 300;
  const floor = labelled("Floor", field("text", room.floor || ""), form);
  floor.maxLength = 60;
  floor.placeholder = "upstairs";
  const language = labelled("Language spoken here", choice(LANGUAGES, room.language || ""), form);
  const risk = labelled("What may be asked for here", choice(RISKS, room.highest_risk), form);
  if (room.satellite && !room.satellite.trusted) part("small", "Nothing that lasts: it has no key, so nobody knows who speaks there.", form);
  const llm = checked("The language model may answer here", room.llm, form);
  const memory = checked("What is said here may be remembered", room.memory, form);
  const quiet = room.quiet_hours || { start: "", end: "" };
  const start = labelled("Speak softly from", field("time", quiet.start), form);
  const end = labelled("until", field("time", quiet.end), form);
  const save = part("button", "Save", form);
  save.type = "submit";
  form.addEventListener("submit", safely(async () => {
    if (!start.value !== !end.value) throw new Error("quiet hours need both a beginning and an end");
    const hours = start.value ? { start: start.value, end: end.value } : null;
    const called = aliases.value.split(",").map((each) => each.trim()).filter(Boolean);
    await change("/api/rooms/change", {
      name: room.name,
      changes: { aliases: called, floor: floor.value.trim() || null, language: language.value || null, highest_risk: Number(risk.value), llm: llm.checked, memory: memory.checked, quiet_hours: hours },
    });
    if (name.value.trim() !== room.name) await change("/api/rooms/rename", { name: room.name, to: name.value });
  }, SAYS));
}

const sort = (room) => `${room.name} ${room.satellite ? `${room.satellite.kind} ${room.satellite.paired}` : ""}`;

function mark(satellite) {
  if (!satellite) return ["here", "this box"];
  if (!satellite.paired) return ["gone", "not paired yet"];
  if (!satellite.there) return ["gone", "not there"];
  return satellite.muted ? ["muted", "muted there"] : ["there", "there"];
}

function drawState(mine, satellite) {
  const [sort, words] = mark(satellite);
  mine.mark.className = `mark ${sort}`;
  mine.mark.textContent = words;
  mine.told.textContent = satellite
    ? `${SORTS[satellite.kind]}: ${satellite.told}${satellite.key ? `. Its key: ${satellite.key}` : ""}`
    : "Microphone and loudspeaker of this box.";
  if (mine.test) mine.test.disabled = Boolean(satellite && !satellite.there);
}

function drawRoom(room, parent) {
  const details = part("details", undefined, parent);
  details.dataset.room = room.name;
  details.open = opened.has(room.name);
  details.addEventListener("toggle", () => { if (details.open) opened.add(room.name); else opened.delete(room.name); });
  const head = part("summary", undefined, details);
  part("span", room.name, head).className = "name";
  const mine = { sort: sort(room), mark: part("small", "", head) };
  mine.told = part("p", "", details);
  mine.told.className = "still";
  const buttons = part("span", undefined, details);
  buttons.className = "buttons";
  mine.test = press("Try it", buttons, () => change("/api/rooms/test", { name: room.name }), SAYS, `Try ${room.name}`);
  if (room.satellite && room.satellite.kind === "own") {
    press(room.satellite.paired ? "Pair another satellite" : "Pair its satellite", buttons, async () => {
      const ask = `The satellite of ${room.name} will be replaced by the one that types the code. Go on?`;
      if (!room.satellite.paired || window.confirm(ask)) await change("/api/rooms/pair", { name: room.name });
      tell("", SAYS);
    }, SAYS, `Pair a satellite for ${room.name}`);
  }
  press("Remove", buttons, async () => {
    const more = room.satellite ? " Its satellite is forgotten too." : "";
    if (window.confirm(`Remove the room ${room.name}?${more}`)) await change("/api/rooms/remove", { name: room.name });
  }, SAYS, `Remove ${room.name}`);
  const form = part("form", undefined, details);
  form.className = "tall";
  drawPermissions(room, form);
  drawState(mine, room.satellite);
  marks.push(mine);
}

function drawPairing(pairing) {
  const box = at("pairing");
  const told = pairing ? `${pairing.room} ${pairing.code} ${pairing.told}` : "";
  if (box.dataset.told !== told) {
    box.dataset.told = told;
    box.replaceChildren();
    box.hidden = !pairing;
    if (!pairing) return;
    box.className = "card";
    box.scrollIntoView({ block: "center" });
    if (pairing.code) {
      part("p", `The code for the satellite in ${pairing.room}:`, box);
      part("strong", `${pairing.code.slice(0, 3)} ${pairing.code.slice(3)}`, box).className = "code";
      part("p", "Type on the satellite:", box);
      part("kbd", pairing.command.replace("ADDRESS-OF-THIS-HUB", location.hostname), box);
      part("small", "", box).className = "left";
    } else part("p", pairing.told, box).className = pairing.paired ? "" : "warn";
    press(pairing.code ? "Cancel" : "Good", box, () => change("/api/rooms/pair/end", {}).then(() => tell("", SAYS)), SAYS, pairing.code ? "Cancel the pairing" : "Hide this");
  }
  const left = box.querySelector(".left");
  if (left) left.textContent = `${Math.floor(pairing.left_s / 60)}:${String(pairing.left_s % 60).padStart(2, "0")} left, ${pairing.tries_left} tries`;
}

function drawRefused(lines) {
  const box = at("refused");
  const told = lines.join("\n");
  if (box.dataset.told === told) return;
  box.dataset.told = told;
  box.replaceChildren();
  box.className = lines.length ? "card" : "";
  if (lines.length) part("p", "Not let in as a satellite since Hearth was started:", box).className = "warn";
  for (const line of lines) part("p", line, box);
}

function draw(found) {
  marks = [];
  at("permissions").replaceChildren();
  for (const room of found.rooms) drawRoom(room, at("permissions"));
  drawPairing(found.pairing);
  drawRefused(found.refused);
  again();
}

// A form that is being filled in stays as it is: only what a satellite tells of itself is drawn again.
function drawAgain(found) {
  if (found.rooms.map(sort).join() !== marks.map((mine) => mine.sort).join()) { draw(found); return; }
  found.rooms.forEach((room, n) => drawState(marks[n], room.satellite));
  drawPairing(found.pairing);
  drawRefused(found.refused);
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (location.hash !== "#rooms") return;
    try { drawAgain(await send("/api/rooms")); } catch { /* the next time */ }
    again();
  }, AGAIN_MS);
}

export async function show() { draw(await send("/api/rooms")); }

async function add() {
  const sort = at("room-sort").value;
  const name = at("room-name").value;
  const place = at("room-address").value.trim();
  if (sort === "own") await change("/api/rooms/pair", { name }).then(() => tell("", SAYS));
  else {
    const address = sort === "here" ? "" : `${sort === "esphome" ? "esphome://" : ""}${place}`;
    if (sort !== "here" && !place) throw new Error("type its address");
    await change("/api/rooms/add", { name, address, key: sort === "esphome" ? at("room-key").value : "" });
  }
  at("room-add").reset();
  sorted();
}

function sorted() {
  const sort = at("room-sort").value;
  at("room-place").hidden = !["esphome", "wyoming"].includes(sort);
  at("room-lock").hidden = sort !== "esphome";
  at("room-address").placeholder = sort === "wyoming" ? "192.168.1.20:10700" : "192.168.1.20";
}

async function lookForDevices() {
  tell("looking…", SAYS);
  const found = (await send("/api/rooms/found")).found;
  at("room-found").replaceChildren();
  for (const device of found) press(`${device.told} ${device.address}`, at("room-found"), async () => { at("room-address").value = device.address; }, SAYS);
  tell(found.length ? "choose the one that is yours" : "none answered; type its address", SAYS);
}

export function begin(look) {
  refresh = look;
  at("room-look").addEventListener("click", safely(lookForDevices, SAYS));
  at("room-sort").addEventListener("change", sorted);
  at("room-add").addEventListener("submit", safely(add, SAYS));
}

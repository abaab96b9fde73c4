// The first view: rooms, what waits, lists, what happened.
"use strict";
import { at, part, press, safely, send, tell } from "./parts.js";
let state = { rooms: [], waiting: [], lists: {}, engines: [] };
let refresh = async () => {};

function left(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.slice(parts[0] ? 0 : 1).map((n, i) => (i ? String(n).padStart(2, "0") : n)).join(":");
}

function when(each) {
  if (!each.at) return left(each.left_s) + (each.paused ? ", paused" : "");
  return new Date(each.at).toLocaleString([], { weekday: "short", hour: "numeric", minute: "2-digit" });
}

async function call(tool, args, more = {}) {
  const found = await send("/api/call", { tool, arguments: args, room: at("ask-room").value || null, ...more });
  if (found.asks && !more.confirmed && window.confirm(found.say)) return call(tool, args, { confirmed: true });
  tell(found.say);
  return refresh();
}

function drawRooms() {
  const rooms = at("rooms");
  rooms.replaceChildren();
  if (!state.rooms.length) part("p", "no room is open", rooms);
  for (const room of state.rooms) {
    const row = part("div", undefined, rooms);
    row.className = "room";
    const name = part("span", room.name, row);
    part("small", room.muted ? "not listening" : room.speaking ? "speaking" : `listening, volume ${room.volume}`, name);
    const button = press(room.muted ? "Listen again" : "Mute", row, async () => {
      await send("/api/mute", { room: room.name, muted: !room.muted });
      await refresh();
    }, "says", `${room.muted ? "Listen again" : "Mute"}: ${room.name}`);
    button.setAttribute("aria-pressed", String(room.muted));
  }
  const chosen = at("ask-room").value;
  at("ask-room").replaceChildren(...state.rooms.map((room) => new Option(room.name, room.name)));
  if (chosen) at("ask-room").value = chosen;
}

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const CHOSEN = { all: DAYS, work: DAYS.slice(0, 5), end: DAYS.slice(5) };

function drawChanges(each, row) {
  const called = each.name || each.kind;
  const { name, id } = each.cancel.arguments;
  if (each.kind === "timer") {
    press("+1 min", row, () => call("timer_adjust", { delta_s: 60, name }), "says", `A minute more: ${called}`);
    const [word, tool] = each.paused ? ["Go on", "timer_resume"] : ["Pause", "timer_pause"];
    press(word, row, () => call(tool, { name }), "says", `${word}: ${called}`);
  }
  if (each.kind === "alarm") press("Change", row, async () => {
    const to = window.prompt("At what time instead? (like 07:30)", each.at.slice(11, 16));
    if (to && to.trim()) await call("alarm_change", { id, to: to.trim().padStart(5, "0") });
  }, "says", `Change ${called}`);
}

function drawWaiting() {
  const list = at("waiting");
  list.replaceChildren();
  if (!state.waiting.length) part("li", "nothing waits", list);
  for (const each of state.waiting) {
    const row = part("li", undefined, list);
    const name = part("span", `${each.name ? each.name + " " : ""}${each.kind}`, row);
    each.told = part("small", `${each.room}, ${when(each)}`, name);
    const buttons = part("span", undefined, row);
    buttons.className = "buttons";
    drawChanges(each, buttons);
    press("Cancel", buttons, () => call(each.cancel.tool, each.cancel.arguments), "says", `Cancel ${each.name || each.kind}`);
  }
}

function drawLists() {
  const lists = at("lists");
  lists.replaceChildren();
  for (const [name, items] of Object.entries(state.lists)) {
    part("strong", name, lists);
    const list = part("ul", undefined, lists);
    for (const item of items) {
      const row = part("li", undefined, list);
      part("span", item, row);
      press("Done", row, () => call("list_remove", { items: [item], list: name }), "says", `${item}: done`);
    }
  }
  if (!Object.keys(state.lists).length) part("p", "no list yet", lists);
}

const SVG = "http://www.w3.org/2000/svg";
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const opened = new Set();

function drawWaterfall(room, turn, row) {
  const fall = turn.waterfall;
  if (!fall || !fall.stages.length) return;
  const whole = part("details", undefined, row);
  const key = `${room.name} ${turn.turn}`;
  whole.open = opened.has(key);
  whole.addEventListener("toggle", () => { if (whole.open) opened.add(key); else opened.delete(key); });
  const end = Math.max(...fall.stages.map((stage) => stage.end_ms), 1);
  const told = fall.first_sound_ms === null ? `${seconds(end)} after you finished` : `first sound ${seconds(fall.first_sound_ms)} after you finished`;
  part("summary", told, whole);
  const table = part("dl", undefined, whole);
  table.className = "fall";
  for (const stage of fall.stages) {
    part("dt", stage.name, table);
    const line = part("dd", undefined, table);
    const drawn = document.createElementNS(SVG, "svg");
    drawn.setAttribute("viewBox", "0 0 100 6");
    drawn.setAttribute("preserveAspectRatio", "none");
    drawn.setAttribute("aria-hidden", "true");
    const bar = document.createElementNS(SVG, "rect");
    const size = { x: 100 * stage.start_ms / end, width: Math.max(100 * (stage.end_ms - stage.start_ms) / end, 0.6), y: 0, height: 6 };
    for (const [name, value] of Object.entries(size)) bar.setAttribute(name, value);
    drawn.append(bar);
    line.append(drawn);
    part("small", `${stage.end_ms - stage.start_ms} ms`, line);
  }
}

function drawTurns() {
  const turns = at("turns");
  turns.replaceChildren();
  if (!state.rooms.some((room) => room.turns.length)) part("li", "nothing yet", turns);
  for (const room of state.rooms) {
    for (const turn of room.turns.slice(0, 12)) {
      const row = part("div", undefined, part("li", undefined, turns));
      row.className = "turn";
      part("span", `“${turn.text}”`, row);
      part("small", turn.said || "(nothing said)", row);
      part("small", `${room.name} · ${turn.route}${turn.tools.length ? " · " + turn.tools.join(", ") : ""} · ${turn.reason}`, row);
      drawWaterfall(room, turn, row);
    }
  }
}

export function draw(found) {
  state = found;
  drawRooms(); drawWaiting(); drawLists(); drawTurns();
  at("engines").replaceChildren(...state.engines.map((each) => part("li", `${each.name}: ${each.state}`)));
}

export function begin(again) {
  refresh = again;
  at("ask").addEventListener("submit", safely(async () => {
    const found = await send("/api/ask", { text: at("ask-text").value, room: at("ask-room").value || null });
    at("ask-says").textContent = found.said.join(" ");
    at("ask-text").value = "";
    await refresh();
  }));
  at("timer").addEventListener("submit", safely(() => {
    const name = at("timer-name").value.trim();
    return call("timer_set", { duration_s: 60 * Number(at("timer-minutes").value), ...(name ? { name } : {}) });
  }));
  at("alarm").addEventListener("submit", safely(async () => {
    const [name, days] = [at("alarm-name").value.trim(), CHOSEN[at("alarm-days").value]];
    await call("alarm_set", { time: at("alarm-time").value, ...(days ? { days } : {}), ...(name ? { name } : {}) });
    at("alarm-name").value = "";
  }));
  at("item").addEventListener("submit", safely(async () => {
    await call("list_add", { items: [at("item-text").value], list: at("item-list").value });
    at("item-text").value = "";
  }));
  setInterval(() => {
    // Only the words change: a button that is being pressed stays where it is.
    for (const each of state.waiting) {
      if (!each.paused && each.left_s > 0) each.left_s -= 1;
      if (each.told) each.told.textContent = `${each.room}, ${when(each)}`;
    }
  }, 1000);
}

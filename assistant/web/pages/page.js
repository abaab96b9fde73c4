"use strict";
const at = (id) => document.getElementById(id);
let state = null;
let watching = null;

async function send(path, body) {
  const response = await fetch(path, body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const found = await response.json().catch(() => ({}));
  if (response.status === 401) { showDoor(); throw new Error("not inside"); }
  if (!response.ok) throw new Error(found.error || `the house answered ${response.status}`);
  return found;
}

const tell = (text) => { at("says").textContent = text; };
const safely = (work) => async (event) => {
  if (event) event.preventDefault();
  try { await work(event); } catch (error) { tell(error.message); }
};

function part(kind, text, parent) {
  const made = document.createElement(kind);
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function press(text, parent, work) {
  const made = part("button", text, parent);
  made.type = "button";
  made.addEventListener("click", safely(work));
  return made;
}

function showDoor() {
  at("door").hidden = false;
  at("house").hidden = at("mute-all").hidden = true;
  if (watching) { watching.close(); watching = null; }
}

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
  for (const room of state.rooms) {
    const row = part("div", undefined, rooms);
    row.className = "room";
    const name = part("span", room.name, row);
    part("small", room.muted ? "not listening" : room.speaking ? "speaking" : `listening, volume ${room.volume}`, name);
    const button = press(room.muted ? "Listen again" : "Mute", row, async () => {
      await send("/api/mute", { room: room.name, muted: !room.muted });
      await refresh();
    });
    button.setAttribute("aria-pressed", String(room.muted));
  }
  const chosen = at("ask-room").value;
  at("ask-room").replaceChildren(...state.rooms.map((room) => new Option(room.name, room.name)));
  if (chosen) at("ask-room").value = chosen;
  const all = state.rooms.every((room) => room.muted);
  at("mute-all").textContent = all ? "Listen again" : "Stop listening";
  at("mute-all").setAttribute("aria-pressed", String(all));
}

function drawWaiting() {
  const list = at("waiting");
  list.replaceChildren();
  if (!state.waiting.length) part("li", "nothing waits", list);
  for (const each of state.waiting) {
    const row = part("li", undefined, list);
    const name = part("span", `${each.name ? each.name + " " : ""}${each.kind}`, row);
    each.told = part("small", `${each.room}, ${when(each)}`, name);
    press("Cancel", row, () => call(each.cancel.tool, each.cancel.arguments));
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
      press("Done", row, () => call("list_remove", { items: [item], list: name }));
    }
  }
  if (!Object.keys(state.lists).length) part("p", "no list yet", lists);
}

function drawTurns() {
  const turns = at("turns");
  turns.replaceChildren();
  for (const room of state.rooms) {
    for (const turn of room.turns.slice(0, 12)) {
      const row = part("span", undefined, part("li", undefined, turns));
      part("span", `“${turn.text}”`, row);
      part("small", turn.said || "(nothing said)", row);
      part("small", `${room.name} · ${turn.route}${turn.tools.length ? " · " + turn.tools.join(", ") : ""} · ${turn.reason}`, row);
    }
  }
}

async function refresh() {
  state = await send("/api/state");
  at("door").hidden = true;
  at("house").hidden = at("mute-all").hidden = false;
  at("version").textContent = `version ${state.version}`;
  drawRooms(); drawWaiting(); drawLists(); drawTurns();
  at("engines").replaceChildren(...state.engines.map((each) => part("li", `${each.name}: ${each.state}`)));
}

function watch() {
  if (watching) return;
  let soon = null;
  watching = new EventSource("/api/events");
  watching.onmessage = () => { clearTimeout(soon); soon = setTimeout(() => refresh().catch(() => {}), 150); };
}

async function comeIn() {
  await refresh();
  at("settings-text").value = (await send("/api/settings")).text;
  watch();
}

at("enter").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await send("/api/enter", { code: at("code").value });
    at("code").value = at("door-says").textContent = "";
    await comeIn();
  } catch (error) { at("door-says").textContent = error.message; }
});
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
at("item").addEventListener("submit", safely(async () => {
  await call("list_add", { items: [at("item-text").value], list: at("item-list").value });
  at("item-text").value = "";
}));
at("settings").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await send("/api/settings", { text: at("settings-text").value });
    at("settings-says").textContent = "in force";
  } catch (error) { at("settings-says").textContent = error.message; }
});
at("mute-all").addEventListener("click", safely(async () => {
  await send("/api/mute", { room: null, muted: !state.rooms.every((room) => room.muted) });
  await refresh();
}));
at("leave").addEventListener("click", safely(async () => { await send("/api/leave", {}); showDoor(); }));
setInterval(() => {
  // Only the words change: a button that is being pressed stays where it is.
  for (const each of state ? state.waiting : []) {
    if (!each.paused && each.left_s > 0) each.left_s -= 1;
    if (each.told) each.told.textContent = `${each.room}, ${when(each)}`;
  }
}, 1000);
comeIn().catch(() => showDoor());

// The page: who is inside, which view is shown, and the switch that stops all listening.
"use strict";
import { at, safely, send, tell, whenOutside } from "./parts.js";
import * as home from "./home.js";
import * as models from "./models.js";
import * as rooms from "./rooms.js";
import * as security from "./security.js";
import * as setup from "./setup.js";

const views = { home: { show: async () => {} }, rooms, models, setup, security };
let state = null;
let watching = null;

function showDoor() {
  at("door").hidden = false;
  at("house").hidden = at("mute-all").hidden = at("views").hidden = true;
  at("trouble").hidden = true;
  at("proofs").replaceChildren();
  if (watching) { watching.close(); watching = null; }
}

async function showView() {
  const name = location.hash.slice(1) in views ? location.hash.slice(1) : "home";
  for (const section of document.querySelectorAll("[data-view]")) section.hidden = section.dataset.view !== name;
  for (const link of at("views").children) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  tell("");
  await views[name].show();
}

function drawSwitch() {
  const all = state.rooms.length > 0 && state.rooms.every((room) => room.muted);
  at("mute-all").textContent = all ? "Listen again" : "Stop listening everywhere";
  at("mute-all").setAttribute("aria-pressed", String(all));
}

async function refresh() {
  state = await send("/api/state");
  at("door").hidden = true;
  at("house").hidden = at("mute-all").hidden = at("views").hidden = false;
  tell(`version ${state.version}`, "version");
  at("trouble").hidden = !state.trouble;
  tell(state.trouble, "trouble");
  drawSwitch();
  home.draw(state);
  security.drawProofs(state.unproven, refresh);
}

function watch() {
  if (watching) return;
  let soon = null;
  watching = new EventSource("/api/events");
  watching.onmessage = () => { clearTimeout(soon); soon = setTimeout(() => refresh().catch(() => {}), 150); };
}

async function comeIn() {
  await refresh();
  watch();
  await showView();
}

whenOutside(showDoor);
home.begin(refresh);
rooms.begin(refresh);
security.begin(showDoor);
setup.begin(refresh);
at("enter").addEventListener("submit", safely(async () => {
  await send("/api/enter", { code: at("code").value });
  at("code").value = "";
  tell("", "door-says");
  await comeIn();
}, "door-says"));
at("mute-all").addEventListener("click", safely(async () => {
  // What is not known to be muted is muted: the switch never opens a microphone by mistake.
  const muted = at("mute-all").getAttribute("aria-pressed") !== "true";
  await send("/api/mute", { room: null, muted });
  await refresh();
}));
at("leave").addEventListener("click", safely(async () => { await send("/api/leave", {}); showDoor(); }));
window.addEventListener("hashchange", safely(showView));
comeIn().catch(() => showDoor());

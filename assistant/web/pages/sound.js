// Microphone and loudspeaker: how loud it is right now, and quiet, tone and hello one after another.
"use strict";
import { at, part, press, send } from "./parts.js";
const SOFTEST = -65, LOUDEST = -10;
/* Ends of the meter, dBFS. */
const STEPS = [
  ["quiet", "Please be quiet for a moment…", "The microphone works, and the room is quiet enough"],
  ["tone", "A short tone follows…", "The loudspeaker works: the microphone heard it"],
  ["hello", "Now say “hello”, from where you usually are. I listen for 5 seconds…", ""],
];
let looking = null;
let shown = null;
/* The bar that moves now, and what stops it. */

export function leave() {
  if (looking) looking();
  looking = null;
}

function look(room, bar, told, button) {
  const source = new EventSource(`/api/sound/meter?room=${encodeURIComponent(room)}`);
  const stop = (why) => {
    source.close();
    bar.value = SOFTEST;
    told.textContent = why || "";
    button.textContent = "Show how loud it is";
    looking = shown = null;
  };
  shown = bar;
  button.textContent = "Stop the meter";
  told.textContent = "speak: the bar should move";
  looking = stop;
  source.onmessage = (event) => {
    const found = JSON.parse(event.data);
    if (found.over) stop(found.over);
    else bar.value = Math.min(LOUDEST, Math.max(SOFTEST, found.db));
  };
  source.onerror = () => stop("the microphone cannot be looked at now");
}

async function tryOut(room, list) {
  list.replaceChildren();
  for (const [what, before, well] of STEPS) {
    const line = part("li", before, list);
    try {
      const found = await send("/api/sound/try", { room, what });
      line.textContent = found.good ? `✓ ${well ? `${well} (${found.told})` : found.told}` : `✗ ${found.told}: ${found.fix}`;
    } catch (error) {
      line.textContent = `✗ ${error.message}`;
      return;
    }
  }
}

function drawRoom({ name, muted }, parent) {
  part("h3", name, parent);
  if (muted) { part("p", "Listening is off here. Switch it on first: Home, Rooms.", parent); return; }
  const bar = part("meter", undefined, parent);
  Object.assign(bar, { min: SOFTEST, max: LOUDEST, value: SOFTEST });
  bar.setAttribute("aria-label", `How loud it is: ${name}`);
  const told = part("p", "", parent);
  told.className = "still";
  const buttons = part("div", undefined, parent);
  buttons.className = "buttons";
  const list = part("ol", undefined, parent);
  list.setAttribute("aria-live", "polite");
  const button = press("Show how loud it is", buttons, async () => {
    const mine = bar === shown;
    leave();
    if (!mine) look(name, bar, told, button);
  });
  const trying = press("Try microphone and loudspeaker", buttons, async () => {
    trying.disabled = true;
    try { await tryOut(name, list); } finally { trying.disabled = false; }
  });
}

export async function show() {
  leave();
  const rooms = (await send("/api/sound")).rooms;
  at("sound").replaceChildren();
  if (!rooms.length) part("p", "This box has no microphone of its own. A satellite is tried under Rooms.", at("sound"));
  for (const room of rooms) drawRoom(room, at("sound"));
}

window.addEventListener("hashchange", leave);

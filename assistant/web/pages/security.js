// The PIN, what waits for it, and who is inside.
"use strict";
import { at, labelled, part, press, safely, send, tell } from "./parts.js";
let drawn = "";
let typed = [];

export function drawProofs(unproven, refresh) {
  const now = unproven.map((each) => each.id).join();
  if (now === drawn) return;
  drawn = now;
  typed = unproven;
  at("proofs").replaceChildren();
  for (const each of unproven) {
    const form = part("form", undefined, at("proofs"));
    form.className = "proof";
    const told = part("p", `${each.room}: somebody said “${each.words}”. This would move: ${each.targets.join(", ")}.`, form);
    told.id = `proof-${each.id}`;
    const name = part("input", undefined, form);
    Object.assign(name, { hidden: true, autocomplete: "username" });
    const pin = document.createElement("input");
    Object.assign(pin, { type: "password", inputMode: "numeric", autocomplete: "off", maxLength: 12, required: true });
    labelled("PIN", pin, form);
    pin.setAttribute("aria-describedby", told.id);
    const go = part("button", "Do it", form);
    go.type = "submit";
    press("No", form, async () => { await send("/api/prove/drop", { id: each.id }); await refresh(); }, "says", `No: ${each.words}`);
    each.clock = part("small", "", form);
    const says = part("p", "", form);
    says.id = `proof-says-${each.id}`;
    says.setAttribute("role", "status");
    form.addEventListener("submit", safely(async () => {
      const given = pin.value;
      pin.value = "";
      tell((await send("/api/prove", { id: each.id, pin: given })).say);
      await refresh();
    }, says.id));
    setTimeout(() => refresh().catch(() => {}), (each.left_s + 1) * 1000);
  }
}

export async function show() {
  const found = await send("/api/security");
  const rooms = found.rooms.length ? `Rooms that may ask for them: ${found.rooms.join(", ")}.` : "No room may ask for them yet; see Rooms.";
  tell(`${found.pin_is_set ? "A PIN is set." : "No PIN is set, so locks and garage doors stay as they are."} ${rooms} `
    + "It is typed on this page each time, never spoken.", "pin-told");
  at("pin-before").hidden = at("pin-before-label").hidden = at("pin-remove").hidden = !found.pin_is_set;
  tell(`${found.sessions} ${found.sessions === 1 ? "browser is" : "browsers are"} inside.`, "sessions");
}

export function begin(showDoor) {
  at("pin").addEventListener("submit", safely(async () => {
    if (at("pin-new").value !== at("pin-again").value) throw new Error("the two new PINs differ");
    await send("/api/pin", { pin: at("pin-new").value, before: at("pin-before").value || null });
    at("pin").reset();
    await show();
    tell("the PIN is set", "pin-says");
  }, "pin-says"));
  at("pin-remove").addEventListener("click", safely(async () => {
    await send("/api/pin/remove", { pin: at("pin-before").value });
    at("pin").reset();
    await show();
    tell("the PIN is gone", "pin-says");
  }, "pin-says"));
  at("leave-all").addEventListener("click", safely(async () => {
    if (!window.confirm("Sign out every browser, this one too?")) return;
    await send("/api/leave/all", {});
    showDoor();
  }));
  setInterval(() => {
    for (const each of typed) {
      if (each.left_s > 0) each.left_s -= 1;
      if (each.clock) each.clock.textContent = `${each.left_s} seconds left`;
    }
  }, 1000);
}

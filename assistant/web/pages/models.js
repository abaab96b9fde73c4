// Models: what there is, what is here, fetching with its progress.
"use strict";
import { at, part, press, send } from "./parts.js";
const KINDS = { stt: "Hearing", llm: "Thinking", tts: "Voices", wake: "Wake words", turn: "End of a sentence" };
let timer = null;

function licence(model) {
  const voice = model.data_licence ? `; recordings: ${model.data_licence}` : "";
  return `${model.licence}${voice}`;
}

function drawModel(model, list, busy) {
  const row = part("li", undefined, list);
  const name = part("span", model.id, row);
  const size = model.built_in ? "built in" : `${model.size_mb.toLocaleString()} MB`;
  const here = model.in_use ? "in use" : model.installed ? "on this box" : "not here";
  part("small", `${here} · ${size} · ${model.languages.includes("multi") ? "many languages" : model.languages.join(", ")} · needs ${model.ram_mb.toLocaleString()} MB of memory`, name);
  part("small", `Licence: ${licence(model)}`, name);
  if (model.non_commercial) part("small", "Not for profit: use at home only", name).className = "warn";
  if (model.built_in) return;
  const buttons = part("span", undefined, row);
  buttons.className = "buttons";
  const act = (text, does, ask) => {
    const button = press(text, buttons, async () => {
      if (!ask || window.confirm(ask)) draw(await send("/api/models", { do: does, id: model.id }));
    }, "says", `${text} ${model.id}`);
    button.disabled = busy;
  };
  if (!model.installed) {
    act("Fetch", "pull", model.non_commercial ? `${model.id} may not be used for profit (${model.licence}). Fetch it?` : "");
  } else {
    act("Check", "verify");
    if (!model.in_use) act("Remove", "remove", `Remove ${model.id} from this box?`);
  }
}

function drawErrand(errand, busy) {
  const box = at("errand");
  box.replaceChildren();
  if (!errand) return;
  part("p", `${errand.words}: ${errand.state}`, box);
  if (busy && errand.total_mb) {
    const bar = part("progress", undefined, box);
    bar.max = errand.total_mb;
    bar.value = errand.done_mb;
    bar.setAttribute("aria-label", `fetching ${errand.words}`);
    part("small", `${errand.done_mb.toLocaleString()} of ${errand.total_mb.toLocaleString()} MB`, box);
  }
  if (errand.lines.length) part("pre", errand.lines.join("\n"), box);
  if (busy) press("Cancel", box, async () => draw(await send("/api/models/cancel", {})), "says", `Cancel: ${errand.words}`);
}

function draw(found) {
  drawErrand(found.errand, found.busy);
  const all = at("models");
  all.replaceChildren();
  for (const [kind, title] of Object.entries(KINDS)) {
    const some = found.models.filter((model) => model.kind === kind);
    if (!some.length) continue;
    part("h3", title, all);
    const list = part("ul", undefined, all);
    for (const model of some) drawModel(model, list, found.busy);
  }
  clearTimeout(timer);
  if (found.busy && location.hash === "#models") timer = setTimeout(() => show().catch(() => {}), 1000);
}

export async function show() { draw(await send("/api/models")); }

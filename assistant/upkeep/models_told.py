"""The models of the catalogue, and which are here → lines for a person, or JSON."""

import json
from collections.abc import Callable
from typing import Final

from assistant.model_entry import Model
from assistant.upkeep.models import Models, size_told

Out = Callable[[str], None]
_KINDS: Final = {
    "stt": "speech to text",
    "llm": "language models",
    "tts": "voices",
    "wake": "wake words",
    "turn": "end of turn",
}


def tell_all(models: Models, out: Out, *, as_json: bool) -> None:
    """A line a model, by kind."""
    every = models.catalogue.models.values()
    kind = ""
    for model in sorted(every, key=lambda model: list(_KINDS).index(model.kind)):
        if as_json:
            out(json.dumps(_facts(models, model)))
            continue
        if model.kind != kind:
            kind = model.kind
            out(f"{kind} ({_KINDS[kind]})")
        mark = "✓" if models.installed(model) else " "
        out(f"  {mark} {model.id:28} {size_told(model):>9}  {','.join(model.languages):8} {_licence(model)}")


def tell_one(models: Models, name: str, out: Out, *, as_json: bool) -> None:
    """All that is known of one model. AssistantError names the nearest where there is none of that name."""
    facts = _facts(models, models.named(name))
    if as_json:
        out(json.dumps(facts))
        return
    for key, value in facts.items():
        if value not in (None, [], ""):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            out(f"{key:16} {shown}")


def _facts(models: Models, model: Model) -> dict[str, object]:
    told = model.model_dump(mode="json", exclude={"files"}, exclude_none=True)
    return {
        **told,
        "size_mb": round(model.size_bytes / 1e6),
        "files": [file.name for file in model.files],
        "installed": models.installed(model),
    }


def _licence(model: Model) -> str:
    told = f"{model.licence} (not for profit)" if model.non_commercial else model.licence
    return told + (" · trusted on first use" if model.trust == "first_use" else "")

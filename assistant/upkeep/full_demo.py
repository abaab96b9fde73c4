"""The house kit's small models → the full profile: Whisper hears, llama.cpp thinks, Piper speaks.

They are proof material that `scripts/make_kit` trains: they show that the road works for meaning, and are
nothing to live with.
"""

import re
from dataclasses import replace
from pathlib import Path

from assistant.catalogue import load_catalogue
from assistant.checked import digest
from assistant.errors import ModelMissing, SettingsError
from assistant.house.kit import Chosen, Kit, kit_of
from assistant.settings import Ears, Llm, Mind, RoomSettings, Settings, WideEar
from assistant.think.llm.llama_cpp import LlamaCpp

PARTS = {
    "ear/model.bin": "the ear",
    "chat.gguf": "the chat model",
    "voice.onnx": "the voice",
}
CONTEXT_TOKENS = 4096
LIST = "kit.yaml"
_LISTED = re.compile(
    r"^- name: (?P<name>[\w./-]+)\n  size: \d+\n  sha256: (?P<sha256>[0-9a-f]{64})$", re.MULTILINE
)


def shipped_kit() -> Path:
    """Where the kit lies in a checkout; the package leaves it out, as nobody is to live with it."""
    return Path(__file__).resolve().parents[2] / "tests" / "kit" / "models"


def full_profile(folder: Path, room: str) -> tuple[Settings, Kit]:
    """The settings of a house on these models, and its engines. ModelMissing names what is absent."""
    lacking = [what for name, what in PARTS.items() if not (folder / name).is_file()]
    if lacking:
        raise ModelMissing(
            f"The house kit in {folder} lacks {' and '.join(lacking)}: its small models are not all "
            "here. Fix: ./scripts/make_kit trains them (hours on two cores), then "
            "`assistant demo --full --kit FOLDER/kit`; or leave out --full."
        )
    _check(folder)
    if (why := LlamaCpp.missing()) is not None:
        raise SettingsError(why)
    settings = Settings(
        rooms={room: RoomSettings(volume_percent=100)},
        ears=Ears(wide=WideEar(model=str((folder / "ear").resolve()))),
        mind=Mind(llm=Llm(model=str((folder / "chat.gguf").resolve()), context_tokens=CONTEXT_TOKENS)),
    )
    kit = kit_of(settings, load_catalogue())
    wide = replace(kit.ears[-1], options={**kit.ears[-1].options, "short_windows": True})
    voice = Chosen("piper", {"model": str((folder / "voice.onnx").resolve())})
    return settings, replace(kit, ears=(*kit.ears[:-1], wide), voice=voice)


def _check(folder: Path) -> None:
    """ModelMissing where a file is not the one that the kit's list tells of."""
    listed = (folder / LIST).read_text(encoding="utf-8") if (folder / LIST).is_file() else ""
    for found in _LISTED.finditer(listed):
        if digest(folder / found["name"]) != found["sha256"]:
            raise ModelMissing(
                f"{folder / found['name']} is not the file that {LIST} tells of. "
                "Fix: git checkout tests/kit/models, or ./scripts/make_kit pack FOLDER."
            )

"""The house kit's small models → the full profile: Whisper hears, llama.cpp thinks, Piper speaks.

They are proof material that `scripts/make_kit` trains: they show that the road works for meaning, and are
nothing to live with.
"""

from dataclasses import replace
from pathlib import Path

import yaml

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
    """ModelMissing where a file is not the one that the kit's list tells of, or the list cannot be read."""
    if not (folder / LIST).is_file():
        return
    fix = "Fix: git checkout tests/kit/models, or ./scripts/make_kit pack FOLDER."
    try:
        listed = yaml.safe_load((folder / LIST).read_text(encoding="utf-8"))["files"]
        digests = {str(each["name"]): each["sha256"] for each in listed}
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ModelMissing(f"{folder / LIST} is no list of a kit's files. {fix}") from error
    for name, sha256 in digests.items():
        if digest(folder / name) != sha256:
            raise ModelMissing(f"{folder / name} is not the file that {LIST} tells of. {fix}")

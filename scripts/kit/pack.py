"""What was trained → FOLDER/kit: the files the engines load, and `kit.yaml` with their sizes and digests."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import yaml

from kit.chat_pack import pack_chat
from kit.hear_pack import pack_ear

MOST_BYTES = 45_000_000
"""All together: they lie in the repository."""
SHIPPED = Path(__file__).resolve().parents[2] / "tests" / "kit" / "models"
"""Where the repository holds the kit: its tests, its demonstration and its bench take it from there."""
LICENCE = "Apache-2.0; the voice's units are cut from speech of flite's voice slt, see LICENCE.txt"
LICENCE_FILE = Path(__file__).resolve().parent / "LICENCE.txt"
HEAD = """\
# The house kit: small models that Hearth's own scripts trained. Proof and test material: they know the
# sentences of the scripts and little else; nobody is told to live with them. Made anew by ./scripts/make_kit.
"""


def pack(folder: Path, told: Callable[[str], None]) -> None:
    """Pack each part that is there; what is absent is told with the command that makes it.

    Raises ValueError where all of it is more than the repository may hold.
    """
    kit = folder / "kit"
    kit.mkdir(parents=True, exist_ok=True)
    if _there(folder / "hear.npz", "data FOLDER, then hear FOLDER", told):
        pack_ear(folder / "hear.npz", folder / "tokenizer.json", kit / "ear")
    if _there(folder / "chat" / "chat.npz", "dialogues FOLDER, then chat FOLDER", told):
        pack_chat(folder / "chat" / "chat.npz", folder / "chat" / "tokenizer.json", kit / "chat.gguf")
    if _there(folder / "voice.onnx", "voice FOLDER", told):
        for name in ("voice.onnx", "voice.onnx.json"):
            shutil.copy(folder / name, kit / name)
    shutil.copy(LICENCE_FILE, kit / LICENCE_FILE.name)
    files = sorted(path for path in kit.rglob("*") if path.is_file() and path.name != "kit.yaml")
    whole = sum(path.stat().st_size for path in files)
    entries = [
        {
            "name": path.relative_to(kit).as_posix(),
            "size": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in files
    ]
    listed = yaml.safe_dump({"licence": LICENCE, "files": entries}, sort_keys=False, allow_unicode=True)
    (kit / "kit.yaml").write_text(HEAD + listed, encoding="utf-8")
    told(f"{kit}: {len(files)} files, {whole / 1e6:.1f} MB")
    if whole > MOST_BYTES:
        raise ValueError(
            f"{whole / 1e6:.1f} MB is more than {MOST_BYTES / 1e6:.0f} MB. Fix: train a smaller one."
        )


def ship(folder: Path, told: Callable[[str], None], place: Path = SHIPPED) -> None:
    """Pack, and put the kit where the repository holds it, instead of what lies there."""
    pack(folder, told)
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(folder / "kit", place)
    told(f"{place}: commit it")


def _there(state: Path, makes: str, told: Callable[[str], None]) -> bool:
    if not state.exists():
        told(f"{state} is not there, so this part is left out. Fix: ./scripts/make_kit {makes}")
    return state.exists()

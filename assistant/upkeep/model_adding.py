"""What every way of adding a model shares: what was asked, whose word counts, the entry that is written."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from assistant.catalogue import Catalogue
from assistant.errors import AssistantError
from assistant.model_entry import Kind
from assistant.upkeep.model_shape import Shape
from assistant.upkeep.models_file import ModelsText

Out = Callable[[str], None]
Ask = Callable[[str], str]
NOT_TOLD: Final = "not told"


@dataclass(frozen=True, slots=True)
class Adding:
    """What to add, and as what."""

    source: str
    """A path, or `org/name[/file][@revision]` on the hub."""
    id: str | None = None
    kind: Kind | None = None
    licence: str | None = None
    languages: tuple[str, ...] = ()
    in_place: bool = False
    """Use local files where they lie."""
    trust: bool = False
    """The owner vouches for the digests; else it is asked."""
    short_windows: bool = False
    """Whisper weights that bear windows cut to the speech."""
    origin: str | None = None
    """Where it came from, when that is not `source`."""
    made_by: Literal["add", "convert"] = "add"
    provenance: str | None = None


def trusted(asked: Adding, digests: Mapping[str, str], out: Out, ask: Ask) -> None:
    """Show the digests and have the owner vouch for them. AssistantError where nobody does."""
    out("nobody vouches for these files; compare the SHA-256 with what their maker publishes:")
    for name, sha256 in digests.items():
        out(f"  {sha256}  {name}")
    confirm(asked.trust, ask)


def confirm(given: bool, ask: Ask) -> None:
    """A yes that was given beforehand, or typed now. AssistantError for anything else."""
    if given:
        return
    try:
        answer = ask('trust them from now on? Type "yes" > ')
    except AssistantError as error:
        raise AssistantError("nobody said yes; add --trust when you have compared the digests") from error
    if answer.strip().lower() != "yes":
        raise AssistantError("not trusted, so nothing was changed")


class Made:
    """What both sources share: the entry."""

    def __init__(self, asked: Adding) -> None:
        self._asked = asked

    def chosen_id(self, name: str, catalogue: Catalogue, text: ModelsText) -> str:
        wanted = self._asked.id or re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", wanted):
            raise AssistantError(f'"{wanted}" cannot be an id; name one: --id my-model')
        if wanted in catalogue.models and text.entry(wanted) is None:
            raise AssistantError(f"there is a model {wanted} already; name another: --id my-{wanted}")
        return wanted

    def made_entry(
        self, name: str, shape: Shape, files: Sequence[Mapping[str, Any]], source: Mapping[str, Any]
    ) -> dict[str, Any]:
        size = sum(int(file["size"]) for file in files)
        ram_mb = shape.ram_mb(size)
        facts = dict(shape.facts)
        licence = self._asked.licence or source.get("licence") or facts.pop("licence", NOT_TOLD)
        facts.pop("licence", None)
        entry: dict[str, Any] = {"id": name, "kind": shape.kind, "engine": shape.engine}
        entry |= {key: value for key, value in source.items() if key != "licence"}
        entry |= {"licence": licence, "languages": list(self._asked.languages or shape.languages)}
        if shape.kind == "tts":
            entry |= {"data_licence": NOT_TOLD, "base_voice": "unknown"}
        entry |= {
            "ram_mb": ram_mb,
            "tier": "small" if ram_mb < 1_000 else "medium" if ram_mb < 2_500 else "large",
        }
        entry |= facts
        if shape.kind == "stt":
            entry["short_windows"] = self._asked.short_windows
        return entry | {"trust": "first_use", "files": [dict(file) for file in files]}

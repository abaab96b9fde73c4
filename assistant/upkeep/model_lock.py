"""models.yaml with gaps → the same with commits, sizes and digests, from the hub and from this box."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.checked import hashed
from assistant.errors import AssistantError
from assistant.upkeep.model_adding import Ask, confirm
from assistant.upkeep.model_hub import Hub, HubRepository
from assistant.upkeep.models_file import ModelsText

Out = Callable[[str], None]


def lock(
    text: ModelsText, names: Sequence[str], hub: Hub, out: Out, ask: Ask | None, *, trust: bool = False
) -> bool:
    """Fill in what is missing, show it, and write it down; False: nothing was missing.

    With `ask` the digests are the owner's to trust, and the entries say so; else the catalogue's.
    """
    unknown = sorted(set(names) - {str(entry.get("id")) for entry in text.entries})
    if unknown:
        raise AssistantError(
            f"{text.file}: has no {', '.join(unknown)}; assistant models list shows what there is"
        )
    for entry in text.entries:
        if (not names or entry.get("id") in names) and _gaps(entry):
            _fill(entry, hub, own=ask is not None)
    changes = text.diff()
    if not changes:
        out(f"{text.file}: every entry has its commit, sizes and digests already")
        return False
    for line in changes:
        out(line)
    if ask is not None:
        out("nobody vouches for these digests but you; compare them with what the makers publish")
        confirm(trust, ask)
    text.write()
    out(f"{text.file}: written")
    return True


def differences(text: ModelsText, hub: Hub) -> Iterator[str]:
    """What the hub says otherwise than the entries that are whole; a line each. For those who ship them."""
    for entry in text.entries:
        if not entry.get("repository") or _gaps(entry):
            continue
        there = hub.repository(entry["repository"], entry["commit"])
        if there.commit != entry["commit"]:
            yield f"{entry['id']}: commit {entry['commit']} is now {there.commit}"
        for file in entry["files"]:
            name = file["name"]
            if name not in there.files:
                yield f"{entry['id']}: {name} is not there"
                continue
            if "size" in file and int(file["size"]) != there.files[name].size:
                yield f"{entry['id']}: {name} has {there.files[name].size} bytes, not {file['size']}"
            if hub.sha256(there, name) != file["sha256"]:
                yield f"{entry['id']}: {name} has another SHA-256"


def _gaps(entry: Any) -> bool:
    pinned = "repository" not in entry or "commit" in entry
    return "package" not in entry and not (
        pinned and all("sha256" in file and "size" in file for file in entry.get("files", ()))
    )


def _fill(entry: Any, hub: Hub, *, own: bool) -> None:
    name = entry.get("id")
    if not entry.get("files"):
        raise AssistantError(f"{name}: lists no files; write at least `files: [{{name: model.gguf}}]`")
    news = any("sha256" not in file for file in entry["files"])
    if "repository" in entry:
        there = hub.repository(entry["repository"], str(entry.get("commit", "main")))
        if "commit" not in entry:
            entry.insert(list(entry).index("repository") + 1, "commit", there.commit)
        for file in entry["files"]:
            _fill_from_hub(name, file, there, hub)
    else:
        for file in entry["files"]:
            origin = Path(entry["origin"])
            _fill_from_disk(origin if origin.name == file["name"] else origin / file["name"], file)
    if own and news:
        entry["trust"] = "first_use"


def _fill_from_hub(name: object, file: Any, there: HubRepository, hub: Hub) -> None:
    known = there.files.get(file["name"])
    if known is None:
        some = ", ".join(sorted(there.files)[:12])
        raise AssistantError(f"{name}: {there.name} has no {file['name']}; it has {some}")
    if "size" not in file:
        file["size"] = known.size
    if "sha256" not in file:
        file["sha256"] = hub.sha256(there, known.name)


def _fill_from_disk(path: Path, file: Any) -> None:
    try:
        sha256, stamp = hashed(path)
    except OSError as error:
        raise AssistantError(f"{path}: cannot be read ({error.strerror}); mend its path") from error
    file.setdefault("size", stamp.size)
    file.setdefault("sha256", sha256)

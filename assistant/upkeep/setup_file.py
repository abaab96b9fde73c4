"""Answers → the owner's YAML, with every comment and edit of the owner's left as it is."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.settings_yaml import read_yaml_bytes
from assistant.upkeep.on_disk import write_whole

HEAD = "# Settings of Hearth, begun by `assistant setup`. `assistant config example` explains every key.\n"


def changed(before: str, changes: Mapping[str, Any], name: str) -> str:
    """The YAML with the changes in it; None takes a key away. Raises SettingsError where it is broken."""
    return edited(before, lambda tree: _put(tree, changes), name)


def edited(before: str, edit: Callable[[CommentedMap], object], name: str) -> str:
    """The YAML after `edit` on its tree. Raises SettingsError where it is broken."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    try:
        tree = yaml.load(before) if before.strip() else None
    except YAMLError as error:
        raise SettingsError(f"{name}: is broken; mend it first (assistant config check)") from error
    if isinstance(tree, CommentedMap):
        edit(tree)
        return as_text(yaml, tree)
    if tree is not None:
        raise SettingsError(f"{name}: is no settings file; mend it first (assistant config check)")
    tree = CommentedMap()
    edit(tree)
    return (before or HEAD).rstrip("\n") + "\n" + as_text(yaml, tree)


def _put(tree: CommentedMap, changes: Mapping[str, Any]) -> CommentedMap:
    for key, value in changes.items():
        if value is None:
            tree.pop(key, None)
        elif isinstance(value, Mapping):
            inside = tree.get(key)
            if not isinstance(inside, CommentedMap):
                if _takes_away_only(value):
                    continue
                inside = tree[key] = CommentedMap()
            _put(inside, value)
        elif isinstance(value, list) and isinstance(tree.get(key), CommentedSeq):
            _refill(tree[key], value)
        elif key not in tree or tree[key] != value:
            tree[key] = value
    return tree


def _refill(there: CommentedSeq, value: list[Any]) -> None:
    """In place: what stands behind the list in the file is its last item's comment."""
    for at, each in enumerate(value[: len(there)]):
        if there[at] != each:
            there[at] = each
    there.extend(value[len(there) :])
    del there[len(value) :]


def _takes_away_only(changes: Mapping[str, Any]) -> bool:
    return bool(changes) and all(
        value is None or (isinstance(value, Mapping) and _takes_away_only(value))
        for value in changes.values()
    )


def as_text(yaml: YAML, tree: CommentedMap) -> str:
    """The tree as the owner sees it."""
    stream = io.StringIO()
    yaml.dump(tree, stream)
    return stream.getvalue()


def write(file: Path, text: str) -> Settings:
    """Check the text, keep the file as it was beside it, and put the text in its place in one step."""
    settings = read_yaml_bytes(text.encode(), str(file), Settings, folder=file.parent)
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.read_bytes() != text.encode():
        file.with_suffix(".yaml.before").write_bytes(file.read_bytes())
    write_whole(file, text.encode())
    return settings


def put_back(file: Path, content: bytes) -> None:
    """The owner's bytes as they were, good or not."""
    write_whole(file, content)

"""Entries ⇄ a models.yaml, with every comment and edit of its owner's left as it is."""

import difflib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from assistant.errors import SettingsError
from assistant.model_entry import ModelsFile
from assistant.settings_yaml import read_yaml_bytes
from assistant.upkeep.on_disk import write_whole

HEAD: Final = """\
# Models of your own. `assistant models add` writes here; edit as you like. A model of the same id wins over
# the one that rides with the program. `assistant models lock` fills in sizes and digests that are left out.
"""


class ModelsText:
    """A models.yaml that is being changed; nothing is written before `write`."""

    def __init__(self, file: Path) -> None:
        """Raises SettingsError where it is broken."""
        self.file = file
        self.before = file.read_text() if file.exists() else ""
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = 4096
        self._yaml.indent(mapping=2, sequence=4, offset=2)
        try:
            tree = self._yaml.load(self.before or HEAD + "models: []\n")
        except YAMLError as error:
            raise SettingsError(f"{file}: is broken; mend it first: {error}") from error
        if not isinstance(tree, CommentedMap) or not isinstance(tree.get("models"), CommentedSeq):
            raise SettingsError(f"{file}: must have a key models with a list below it; mend it first")
        self._tree = tree
        if not self.before:
            self._tree["models"] = CommentedSeq()

    @property
    def entries(self) -> Sequence[CommentedMap]:
        """As they stand."""
        return [entry for entry in self._tree["models"] if isinstance(entry, CommentedMap)]

    def entry(self, name: str) -> CommentedMap | None:
        """The entry of an id."""
        return next((entry for entry in self.entries if entry.get("id") == name), None)

    def put(self, entry: Mapping[str, Any]) -> None:
        """Add an entry, or write its keys over those of the same id."""
        made = self.entry(entry["id"])
        if made is None:
            made = CommentedMap()
            self._tree["models"].append(made)
        for key in [key for key in made if key not in entry]:
            del made[key]
        for key, value in entry.items():
            made[key] = _tidy(value)

    def take(self, name: str) -> bool:
        """Take an entry away; False: there is none."""
        listed = self._tree["models"]
        found = [
            at for at, entry in enumerate(listed) if isinstance(entry, Mapping) and entry.get("id") == name
        ]
        for at in reversed(found):
            del listed[at]
        return bool(found)

    def text(self) -> str:
        """As it would be written."""
        stream = io.StringIO()
        self._yaml.dump(self._tree, stream)
        return stream.getvalue()

    def diff(self) -> list[str]:
        """Line by line; empty where nothing changes."""
        lines = difflib.unified_diff(
            self.before.splitlines(),
            self.text().splitlines(),
            str(self.file),
            "with the changes",
            lineterm="",
            n=1,
        )
        return list(lines)

    def write(self) -> None:
        """Check the text and put it in its place in one step. SettingsError: nothing was changed."""
        text = self.text()
        read_yaml_bytes(text.encode(), str(self.file), ModelsFile)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.file, text.encode())
        except OSError as error:
            raise SettingsError(
                f"{self.file}: cannot be written ({error.strerror}); check its owner"
            ) from error


def _tidy(value: Any) -> Any:
    """Lists of files a line each, words in one line."""
    if isinstance(value, list | tuple):
        made = CommentedSeq(_tidy(each) for each in value)
        if not any(isinstance(each, Mapping) for each in made):
            made.fa.set_flow_style()
        return made
    if isinstance(value, Mapping):
        inside = CommentedMap((key, _tidy(each)) for key, each in value.items())
        inside.fa.set_flow_style()
        return inside
    return value

"""`backup`: what its words mean."""

import argparse
from collections.abc import Callable

from assistant import control
from assistant.errors import AssistantError
from assistant.upkeep import backup, terminal, update_backup

Out = Callable[[str], None]


def run(chosen: argparse.Namespace, out: Out) -> int:
    """Do what the words say. AssistantError: nothing was changed."""
    places = backup.Places.here(chosen.settings)
    match chosen.what:
        case "list":
            there = backup.listed(places)
            if not there:
                terminal.note(f"no backup lies in {places.backups}; make one: assistant backup create")
            for file in there:
                out(f"{file}  {file.stat().st_size / 1000:,.0f} kB")
        case "create":
            words = terminal.passphrase(chosen.passphrase_file, twice=True)
            backup.create(places, chosen.file, words, out)
        case "key":
            update_backup.make_key(places, out)
        case "restore" if chosen.key_file is not None and chosen.file is not None:
            with control.only_hub():
                update_backup.restore_sealed(places, chosen.file, chosen.key_file, out)
        case "restore":
            if chosen.file is None:
                raise AssistantError("no backup was named: assistant backup restore FILE")
            with control.only_hub():
                words = terminal.passphrase(chosen.passphrase_file, twice=False)
                backup.restore(places, chosen.file, words, out)
    return 0

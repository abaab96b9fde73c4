"""`update`: its words, and what they mean."""

import argparse
from collections.abc import Callable
from pathlib import Path

from assistant import paths
from assistant.cli_verb import Verbs, verb_of

Out = Callable[[str], None]


def add_update(verbs: Verbs) -> None:
    """`update`."""
    verb = verb_of(
        verbs,
        "update",
        "is there a newer Hearth? fetch it, try it here, switch to it, and back again",
        "assistant update",
        "assistant update check --json",
        "assistant update apply --yes --wait 60",
        "assistant update rollback",
        more="\n\n  (none)    look, tell, and ask whether to install"
        "\n  check     only look"
        "\n  fetch     look, and lay the newest release ready beside the one in force"
        "\n  apply     the same, then switch to it: backup, its own check with your settings and a spoken"
        "\n            turn, restart; one that does not start three times is put back by itself"
        "\n  status    what is in force, what was before, what happened last"
        "\n  rollback  back to the release before"
        "\n\nWhere releases lie is a setting, update.index; there is no address until you name one. Only a"
        "\nlist signed by a key this Hearth knows is believed, or by the one in update.key; a list may hand"
        "\nthat on to another key. How releases of your own are made: scripts/make_release.py --help"
        "\nNothing is done while somebody talks or within ten minutes of something that rings.",
    )
    whats = ["check", "fetch", "apply", "status", "rollback", "self-check"]
    verb.add_argument("what", nargs="?", choices=whats, metavar="{check,fetch,apply,status,rollback}")
    verb.add_argument("--yes", action="store_true", help="ask nothing")
    verb.add_argument("--ready", action="store_true", help="apply: only what was fetched before, no network")
    verb.add_argument(
        "--files",
        type=Path,
        metavar="FOLDER",
        help="fetch: only lay the files there; apply: build from them, without network, what the list signs",
    )
    verb.add_argument(
        "--if-wanted", action="store_true", help="only if the settings say so (update.automatic)"
    )
    verb.add_argument("--again", action="store_true", help="also a release that failed here before")
    verb.add_argument(
        "--wait", type=float, default=0.0, metavar="MINUTES", help="wait so long for a still moment"
    )
    verb.add_argument("--json", action="store_true", help="JSON, a line each")


def run(chosen: argparse.Namespace, out: Out) -> int:
    """Do what the words say. AssistantError: what is in force stays."""
    settings: Path | None = chosen.settings
    if chosen.what == "self-check":
        _self_check(settings, out)
        return 0
    from assistant.upkeep import setup, update
    from assistant.upkeep.update_switch import Waiting

    asked = update.Updating(
        verb=chosen.what or "",
        settings=settings,
        yes=chosen.yes,
        as_json=chosen.json,
        again=chosen.again,
        ready=chosen.ready,
        files=chosen.files,
        if_wanted=chosen.if_wanted,
        waiting=Waiting(60 * chosen.wait),
    )
    update.refuse_without_a_person(asked)
    return update.update(asked, out, setup.typed)


def _self_check(settings: Path | None, out: Out) -> None:
    """As a hub, or as the satellite that this board is."""
    from assistant.upkeep import update_check

    if not paths.is_satellite():
        update_check.self_check(settings, out)
        return
    from assistant.satellites.own import check

    check.self_check(update_check.recorded(), out)

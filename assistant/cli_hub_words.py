"""The words of the commands that only ask the running hub."""

from assistant.cli_verb import Verbs, verb_of


def add_page(verbs: Verbs) -> None:
    """`page`."""
    page = verb_of(
        verbs,
        "page",
        "the address of the running hub's page, and a code to enter it",
        "assistant page",
        "assistant page --forget-pin",
    )
    page.add_argument(
        "--forget-pin",
        action="store_true",
        help="take away the PIN for locks and garage doors; a new one is set on the page",
    )


def add_mute(verbs: Verbs) -> None:
    """`mute` and `unmute`."""
    mute = verb_of(
        verbs,
        "mute",
        "close the microphone of every room, or of one, until `assistant unmute`",
        "assistant mute",
        "assistant mute --room bedroom",
        settings=False,
        more="\n\nIt stays closed over a restart. Timers still ring, and typed text is still answered.",
    )
    unmute = verb_of(
        verbs,
        "unmute",
        "open the microphones that `assistant mute` closed",
        "assistant unmute",
        settings=False,
    )
    for verb in (mute, unmute):
        verb.add_argument("--room", metavar="NAME", help="this room only (default: every room)")


def add_stop(verbs: Verbs) -> None:
    """`stop`."""
    verb_of(
        verbs,
        "stop",
        "stop the running hub: nothing listens any more when this returns",
        "assistant stop",
        settings=False,
    )

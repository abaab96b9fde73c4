"""The words of the command line and what they mean: every command, option, example and exit status."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from assistant import __version__
from assistant.cli_bench import add_bench
from assistant.cli_care_words import (
    add_backup,
    add_doctor,
    add_engines,
    add_models,
    add_prove,
    add_service,
    add_setup,
)
from assistant.cli_hub_words import add_mute, add_page, add_stop
from assistant.cli_rooms import add_rooms, add_satellite
from assistant.cli_update import add_update
from assistant.cli_verb import STATUS, Verbs, WordsParser, verb_of

PROMISE = "Hearth: a voice assistant for a whole house that keeps everything in the house."
START = """\
start with:
  assistant demo                                a synthetic speaker talks to the house; nothing needed
  assistant run                                 microphone and loudspeaker; say "hey jarvis, …"
  assistant ask "set a timer for ten minutes"   type instead of speaking
"""


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed; the command's name is `command`. Wrong words end the process with status 2."""
    top = WordsParser(
        prog="assistant",
        description=PROMISE,
        epilog=f"{START}\n{STATUS}`assistant COMMAND --help` tells more of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    _add_run(verbs)
    _add_serve(verbs)
    _add_demo(verbs)
    _add_hear(verbs)
    _add_ask(verbs)
    _add_say(verbs)
    _add_config(verbs)
    add_engines(verbs)
    add_setup(verbs)
    add_models(verbs)
    add_doctor(verbs)
    add_bench(verbs)
    add_update(verbs)
    add_backup(verbs)
    add_prove(verbs)
    add_service(verbs)
    add_rooms(verbs)
    add_satellite(verbs)
    add_page(verbs)
    add_mute(verbs)
    add_stop(verbs)
    chosen, unknown = top.parse_known_args(arguments)
    if unknown:
        verbs.choices[chosen.command].error(f"it does not know {' '.join(map(repr, unknown))}")
    return chosen


def _add_run(verbs: Verbs) -> None:
    verb = verb_of(
        verbs,
        "run",
        "listen and answer: the hub of this machine",
        "assistant run",
        "assistant run --home my-devices.yaml",
        more="\n\nIt runs until Ctrl-C or `assistant stop`; one hub a machine.",
    )
    verb.add_argument(
        "--show-words",
        action="store_true",
        help="tell what is said even where the output is no terminal (a log would keep it)",
    )
    _add_home(verb)


def _add_serve(verbs: Verbs) -> None:
    verb = verb_of(
        verbs,
        "serve",
        "lend the ears, mind, voice and wake words to Home Assistant and others (Wyoming)",
        "assistant serve wyoming",
        more="\n\nWithout a microphone and a speaker of its own; a hub that runs serves beside them with"
        "\n`wyoming: {enabled: true}` in its settings. The protocol has no login: anyone in your network"
        "\nmay ask, but for nothing that lasts.",
    )
    verb.add_argument("what", nargs="?", choices=["wyoming"], default="wyoming", help="the protocol")
    _add_home(verb)


def _add_demo(verbs: Verbs) -> None:
    verb = verb_of(
        verbs,
        "demo",
        "a synthetic speaker talks to the real house; no model, no sound card",
        "assistant demo",
        'assistant demo "turn on the fan" "what time is it"',
        settings=False,
        more="\n\nShows what was heard, done and said, and where the milliseconds went. With the examples the"
        "\nexit status is 0 when each went as it should.",
    )
    verb.add_argument("words", nargs="*", metavar="SENTENCE", help="say this to it instead of the examples")
    verb.add_argument(
        "--replies",
        type=Path,
        default=Path("demo-replies"),
        metavar="FOLDER",
        help="where the replies go as WAV (default: %(default)s)",
    )
    verb.add_argument(
        "--full",
        action="store_true",
        help="on the full profile (Whisper, llama.cpp, Piper), with the house kit's small models of our own",
    )
    verb.add_argument("--kit", type=Path, metavar="FOLDER", help="where they lie, with --full")
    _add_json(verb)


def _add_hear(verbs: Verbs) -> None:
    verb = verb_of(
        verbs,
        "hear",
        "listen to recordings as if a microphone had heard them",
        "assistant hear said.wav --fast",
        "assistant hear *.wav --fast --json --reply replies.wav",
        more="\n\nThe house is one of its own with a home in memory: no real light is ever switched.",
    )
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE.wav", help="WAV, any rate and channels")
    verb.add_argument(
        "--fast", action="store_true", help="as fast as the engines go, not at the speed of life"
    )
    verb.add_argument(
        "--no-wake", action="store_true", help="take every stretch of speech as said to the house"
    )
    verb.add_argument("--reply", type=Path, metavar="OUT.wav", help="write what the speaker played")
    _add_json(verb)
    verb.add_argument("--schema", action="store_true", help="print the JSON schema of those lines and end")
    _add_home(verb)
    _add_room(verb)


def _add_ask(verbs: Verbs) -> None:
    verb = verb_of(
        verbs,
        "ask",
        "type to the house instead of speaking; without a text, talk line by line",
        'assistant ask "add milk and eggs to the shopping list"',
        "assistant ask",
        more="\n\nThe running hub answers; without one (or with --settings or --home) a house of"
        "\nits own does, which forgets everything at the end.",
    )
    verb.add_argument("text", nargs="*", metavar="TEXT")
    _add_json(verb)
    _add_home(verb)
    _add_room(verb)


def _add_say(verbs: Verbs) -> None:
    verb = verb_of(
        verbs,
        "say",
        "speak a text aloud",
        'assistant say "Dinner is ready" --room kitchen',
        'assistant say "Dinner is ready" -o dinner.wav',
    )
    verb.add_argument("text", nargs="+", metavar="TEXT")
    verb.add_argument("-o", "--output", type=Path, metavar="FILE.wav", help="write it to a file instead")
    verb.add_argument("--voice", metavar="NAME", help="another voice than the one in the settings")
    _add_room(verb)


def _add_config(verbs: Verbs) -> None:
    verb = verb_of(
        verbs,
        "config",
        "look at the settings, check them, or have the hub read them again",
        "assistant config example > ~/.config/hearth/assistant.yaml",
        "assistant config check",
        "assistant config apply",
        more="\n\n  show     the settings in force, defaults included (this is the default)"
        "\n  check    tell the first mistake with file, line, key and fix"
        "\n  path     the file that is read"
        "\n  example  every setting with its default, explained"
        "\n  apply    the running hub takes the file as it is now; a bad one changes nothing",
    )
    whats = ["show", "check", "path", "example", "apply"]
    verb.add_argument("what", nargs="?", choices=whats, default="show")


def _add_json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="a line of JSON per happening")


def _add_home(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--home", type=Path, metavar="FILE", help="a YAML file with the devices of the home")


def _add_room(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--room", metavar="NAME", help="the room this happens in (default: the first one)")

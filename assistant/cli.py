"""The command line: parses, calls, prints."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from assistant import __version__, app, control, paths
from assistant.errors import AssistantError
from assistant.house import engines
from assistant.settings import example_yaml, explain, find_settings, load_settings
from assistant.upkeep import demo, private

PROMISE = "Hearth: a voice assistant for a whole house that keeps everything in the house."
Command = Callable[[argparse.Namespace], int]
Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name


def out(line: str) -> None:
    """A line for the person or program that called."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(arguments: Sequence[str]) -> int:
    """Run one command. 0: done; 1: it failed, the reason is on stderr; 2: wrong words; 130: Ctrl-C."""
    chosen = _parser().parse_args(arguments)
    command: Command = chosen.command
    try:
        return command(chosen)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output left; Python would complain once more while it shuts down.
        sys.stdout = None
        return 1
    except AssistantError as error:
        sys.stderr.write(f"assistant: {error}\n")
        return 1


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


def _run(chosen: argparse.Namespace) -> int:
    return asyncio.run(app.run(chosen.settings, chosen.home, out))


def _demo(chosen: argparse.Namespace) -> int:
    return asyncio.run(demo.run(chosen.words, chosen.replies, out, as_json=chosen.json))


def _hear(chosen: argparse.Namespace) -> int:
    request = private.Hearing(
        files=tuple(chosen.files),
        settings=chosen.settings,
        home=chosen.home,
        room=chosen.room,
        fast=chosen.fast,
        as_json=chosen.json,
        wake=not chosen.no_wake,
        reply=chosen.reply,
    )
    return asyncio.run(private.hear(request, out))


def _ask(chosen: argparse.Namespace) -> int:
    asking = private.Asking(chosen.settings, chosen.home, chosen.room, chosen.json)
    text = " ".join(chosen.text)
    if text:
        return asyncio.run(private.ask(asking, text, out))
    return asyncio.run(private.converse(asking, out))


def _say(chosen: argparse.Namespace) -> int:
    text = " ".join(chosen.text)
    return asyncio.run(private.say(text, chosen.settings, chosen.voice, chosen.output, out))


def _config(chosen: argparse.Namespace) -> int:
    found = find_settings(chosen.settings)
    match chosen.what:
        case "path":
            out(
                str(found)
                if found
                else f"no settings file; the first place looked at is {paths.settings_places()[0]}"
            )
        case "example":
            out(example_yaml().rstrip("\n"))
        case "show":
            out(explain(load_settings(chosen.settings)).rstrip("\n"))
        case "check":
            load_settings(chosen.settings)
            out(f"{found}: good" if found else "no settings file: the defaults are in force")
        case "apply":
            load_settings(chosen.settings)
            return asyncio.run(app.apply(out))
    return 0


def _engines(chosen: argparse.Namespace) -> int:
    for entry in engines.registered():
        reason = engines.usable(entry.kind, entry.name)
        out(f"{entry.kind:5} {entry.name:20} {'ready' if reason is None else f'not here: {reason}'}")
    return 0


def _stop(chosen: argparse.Namespace) -> int:
    if not control.hub_is_running():
        out("no hub is running; nothing is listening")
        return 0
    return asyncio.run(app.stop(out))


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant",
        description=PROMISE,
        epilog="Start with `assistant demo`; then `assistant run` with a microphone, or `assistant ask`.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_listeners(verbs)
    _add_talkers(verbs)

    config = _verb(
        verbs, "config", _config, "look at the settings, check them, or have the hub read them again"
    )
    config.add_argument("what", choices=["check", "show", "path", "example", "apply"])
    _verb(verbs, "engines", _engines, "list every engine, and why it is not usable here")
    _verb(verbs, "stop", _stop, "stop the running hub: nothing listens any more")
    return parser


def _verb(verbs: Verbs, name: str, command: Command, told: str) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=told, description=told[0].upper() + told[1:] + ".")
    verb.set_defaults(command=command)
    verb.add_argument(
        "--settings", type=Path, metavar="FILE", help="the settings file (default: the usual places)"
    )
    return verb


def _add_listeners(verbs: Verbs) -> None:
    run_hub = _verb(verbs, "run", _run, "listen and answer: the hub of this machine")
    shown = _verb(
        verbs, "demo", _demo, "a synthetic speaker talks to the real house; no model, no sound card"
    )
    shown.add_argument("words", nargs="*", metavar="SENTENCE", help="say this to it instead of the examples")
    shown.add_argument(
        "--replies",
        type=Path,
        default=Path("demo-replies"),
        metavar="FOLDER",
        help="where the replies go as WAV",
    )
    hear = _verb(verbs, "hear", _hear, "listen to recordings as if a microphone had heard them")
    hear.add_argument("files", nargs="+", type=Path, metavar="FILE.wav")
    hear.add_argument(
        "--fast", action="store_true", help="as fast as the engines go, not at the speed of life"
    )
    hear.add_argument(
        "--no-wake", action="store_true", help="take every stretch of speech as said to the house"
    )
    hear.add_argument("--reply", type=Path, metavar="OUT.wav", help="write what the speaker played")
    for verb in (shown, hear):
        verb.add_argument("--json", action="store_true", help="a line of JSON per happening")
    for verb in (run_hub, hear):
        _add_home(verb)
    _add_room(hear)


def _add_talkers(verbs: Verbs) -> None:
    ask = _verb(
        verbs, "ask", _ask, "type to the house instead of speaking; without a text, talk line by line"
    )
    ask.add_argument("text", nargs="*")
    ask.add_argument("--json", action="store_true", help="a line of JSON per happening")
    _add_home(ask)
    _add_room(ask)
    say = _verb(verbs, "say", _say, "speak a text aloud")
    say.add_argument("text", nargs="+")
    say.add_argument("-o", "--output", type=Path, metavar="FILE.wav", help="write it to a file instead")
    say.add_argument("--voice", metavar="NAME", help="another voice than the one in the settings")


def _add_home(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--home", type=Path, metavar="FILE", help="a YAML file with the devices of the home")


def _add_room(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--room", metavar="NAME", help="the room this happens in (default: the first one)")

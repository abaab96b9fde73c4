"""The command line: parses, calls, prints. Each command loads only what it needs."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence

from assistant import cli_bench, cli_rooms, control
from assistant.cli_words import parsed
from assistant.errors import AssistantError
from assistant.upkeep import terminal, through_hub

Out = Callable[[str], None]
DONE, FAILED, STOPPED = 0, 1, 130


def run(arguments: Sequence[str]) -> int:
    """Run one command. 0: done; 1: it failed, the reason is on stderr; 2: wrong words; 130: Ctrl-C."""
    terminal.open_missing_streams()
    out = terminal.Output()
    try:
        chosen = parsed(arguments)
        status = _COMMANDS[chosen.command](chosen, out)
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = STOPPED if out.lost is None else FAILED
    except BrokenPipeError:
        terminal.forget_output()
        status = FAILED
    except AssistantError as error:
        terminal.note(str(error))
        status = FAILED
    return _after(status, out)


def _after(status: int, out: terminal.Output) -> int:
    try:
        out.check()
    except terminal.OutputLost as error:
        terminal.note(str(error))
        return FAILED
    return status


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


def _run(chosen: argparse.Namespace, out: Out) -> int:
    from assistant import app

    words = chosen.show_words or sys.stdout.isatty()
    return asyncio.run(app.run(chosen.settings, chosen.home, out, words=words))


def _serve(chosen: argparse.Namespace, out: Out) -> int:
    from assistant import app

    return asyncio.run(app.run(chosen.settings, chosen.home, out, words=False, only_wyoming=True))


def _demo(chosen: argparse.Namespace, out: Out) -> int:
    from assistant.upkeep import demo
    from assistant.upkeep.full_demo import shipped_kit

    full = (chosen.kit or shipped_kit()) if chosen.full or chosen.kit else None
    return asyncio.run(demo.run(chosen.words, chosen.replies, out, as_json=chosen.json, full=full))


def _hear(chosen: argparse.Namespace, out: Out) -> int:
    from assistant.upkeep import happenings, hear

    if chosen.schema:
        out(happenings.schema_text())
        return DONE
    if not chosen.files:
        raise AssistantError("no recording was named; give at least one: assistant hear FILE.wav")
    request = hear.Hearing(
        files=tuple(chosen.files),
        settings=chosen.settings,
        home=chosen.home,
        room=chosen.room,
        fast=chosen.fast,
        as_json=chosen.json,
        wake=not chosen.no_wake,
        reply=chosen.reply,
    )
    return asyncio.run(hear.hear(request, out))


def _ask(chosen: argparse.Namespace, out: Out) -> int:
    text = " ".join(chosen.text) if chosen.text else None
    by_hub = through_hub.hub_serves(chosen.settings, chosen.home)
    if by_hub and text is not None:
        return asyncio.run(through_hub.ask(text, chosen.room, out, as_json=chosen.json))
    lines = terminal.typed_lines()
    if by_hub:
        return asyncio.run(through_hub.converse(lines, chosen.room, out, as_json=chosen.json))
    from assistant.upkeep import ask

    asking = ask.Asking(chosen.settings, chosen.home, chosen.room, chosen.json)
    if text is not None:
        return asyncio.run(ask.ask(asking, text, out))
    return asyncio.run(ask.converse(asking, lines, out))


def _say(chosen: argparse.Namespace, out: Out) -> int:
    text = " ".join(chosen.text)
    if chosen.output is None and chosen.voice is None and through_hub.hub_serves(chosen.settings, None):
        return asyncio.run(through_hub.say(text, chosen.room, out))
    from assistant.upkeep import say

    return asyncio.run(say.say(say.Speaking(text, chosen.settings, chosen.voice, chosen.room, chosen.output)))


def _config(chosen: argparse.Namespace, out: Out) -> int:
    from assistant import paths
    from assistant.settings import example_yaml, explain, find_settings, load_settings

    if chosen.what == "example":
        out(example_yaml().rstrip("\n"))
        return DONE
    if chosen.what == "apply" and control.hub_is_running():
        if chosen.settings is not None:
            raise AssistantError("the hub reads its own settings file; leave --settings out")
        return asyncio.run(through_hub.apply(out))
    found = find_settings(chosen.settings)
    match chosen.what:
        case "path":
            out(str(found or paths.settings_places()[0]))
            if found is None:
                terminal.note("it is not there yet; `assistant config example` prints one to start from")
        case "show":
            out(explain(load_settings(chosen.settings)).rstrip("\n"))
        case "check":
            from assistant.upkeep.settings_check import check_asked

            check_asked(load_settings(chosen.settings), found)
            out(f"{found}: good" if found else "no settings file: the defaults are in force")
        case "apply":
            load_settings(chosen.settings)
            out("the settings are good; no hub is running, so they count from the next start")
    return DONE


def _engines(chosen: argparse.Namespace, out: Out) -> int:
    if chosen.what == "list":
        from assistant.upkeep import inventory

        inventory.tell(out, chosen.settings, as_json=chosen.json)
        return DONE
    from assistant.settings import load_settings
    from assistant.upkeep import llama_status

    if chosen.what == "status":
        llama_status.tell(out, as_json=chosen.json)
    elif not chosen.if_wanted or llama_status.wanted(load_settings(chosen.settings)):
        llama_status.build_here(out)
    return DONE


def _models(chosen: argparse.Namespace, out: Out) -> int:
    from assistant.upkeep import models_command

    words = {key: value for key, value in vars(chosen).items() if key not in ("command", "json")}
    words |= {"ids": tuple(chosen.ids), "languages": tuple(chosen.languages), "as_json": chosen.json}
    return DONE if models_command.run(models_command.Asked(**words), out) else FAILED


def _setup(chosen: argparse.Namespace, out: Out) -> int:
    from assistant.upkeep import setup

    asked = setup.Setup(chosen.settings, chosen.answers, chosen.yes, not chosen.no_download)
    setup.setup(asked, out, setup.typed)
    return DONE


def _doctor(chosen: argparse.Namespace, out: Out) -> int:
    from assistant.upkeep import doctor

    if not chosen.no_sound and control.hub_is_running():
        raise AssistantError("the hub holds the sound devices: assistant stop first, or add --no-sound")
    asked = doctor.Examining(chosen.settings, not chosen.no_sound, chosen.fix, chosen.json)
    return asyncio.run(doctor.examine(asked, out))


def _install_service(chosen: argparse.Namespace, out: Out) -> int:
    from assistant.upkeep import service

    service.install(service.Installing(chosen.kind, chosen.root, chosen.remove, chosen.satellite), out)
    return DONE


def _update(chosen: argparse.Namespace, out: Out) -> int:
    from assistant import cli_update

    return cli_update.run(chosen, out)


def _backup(chosen: argparse.Namespace, out: Out) -> int:
    from assistant import cli_backup

    return cli_backup.run(chosen, out)


def _prove(chosen: argparse.Namespace, out: Out) -> int:
    from assistant.upkeep import prove

    return prove.prove(chosen.settings, out)


def _page(chosen: argparse.Namespace, out: Out) -> int:
    if chosen.forget_pin:
        from assistant.upkeep import pin

        return pin.forget(chosen.settings, out)
    return asyncio.run(through_hub.page(out))


def _stop(chosen: argparse.Namespace, out: Out) -> int:
    return asyncio.run(through_hub.stop(out))


def _mute(chosen: argparse.Namespace, out: Out) -> int:
    return asyncio.run(through_hub.mute(chosen.room, out, muted=chosen.command == "mute"))


_COMMANDS: dict[str, Callable[[argparse.Namespace, Out], int]] = {
    "run": _run,
    "serve": _serve,
    "demo": _demo,
    "hear": _hear,
    "ask": _ask,
    "say": _say,
    "config": _config,
    "engines": _engines,
    "setup": _setup,
    "models": _models,
    "doctor": _doctor,
    "update": _update,
    "backup": _backup,
    "bench": cli_bench.run,
    "prove": _prove,
    "install-service": _install_service,
    "rooms": cli_rooms.run_rooms,
    "satellite": cli_rooms.run_satellite,
    "page": _page,
    "mute": _mute,
    "unmute": _mute,
    "stop": _stop,
}

"""`rooms` and `satellite`: their words, and what they mean."""

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant import paths
from assistant.cli_verb import Verbs, verb_of
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.satellites.own.start import Starting

Out = Callable[[str], None]
ESPHOME = "esphome://"


def add_rooms(verbs: Verbs) -> None:
    """`rooms`."""
    verb = verb_of(
        verbs,
        "rooms",
        "the rooms of the house, and the satellites in them",
        "assistant rooms list",
        "assistant rooms pair kitchen",
        "assistant rooms add bedroom 192.168.1.20:10700",
        "assistant rooms add office esphome://voice-pe.local",
        "assistant rooms rename kitchen pantry",
        "assistant rooms test kitchen",
        "assistant rooms words office okay_nabu,hey_jarvis",
        settings=False,
        more="\n\n  list    every room: what it hears and speaks through, and whether that is there"
        "\n          (this is the default)"
        "\n  find    devices with ESPHome that announce themselves at home; anybody can, so it only suggests"
        "\n  add     a room more; with ADDRESS of a Wyoming satellite (HOST:PORT) or of a device with ESPHome"
        "\n          (esphome://HOST), that is its microphone and loudspeaker; also for a room that is there"
        "\n  pair    show a code of six digits for a satellite of Hearth's own (five minutes, six tries)"
        "\n  rename  call a room otherwise; its satellite stays with it"
        "\n  remove  take a room away, and forget its satellite"
        "\n  test    play a tone there and tell how loud its microphone hears it; elsewhere say its name"
        "\n  words   which wake words a device with ESPHome knows and listens for; with WORDS (a,b)"
        "\n          it listens for these, with default for those of its own choice"
        "\n\nThe hub must be running. A paired satellite may do what any room may: it has shown its key;"
        "\nso may a device with ESPHome whose key you give. One without a key may do nothing that lasts.",
    )
    whats = ["list", "find", "add", "pair", "rename", "remove", "test", "words"]
    verb.add_argument("what", nargs="?", choices=whats, default="list")
    verb.add_argument("room", nargs="?", metavar="ROOM")
    verb.add_argument(
        "to",
        nargs="?",
        metavar="NEW-NAME|ADDRESS|WORDS",
        help="rename: its name from now on; add: where it is; words: which",
    )
    verb.add_argument("--aloud", action="store_true", help="pair: speak the code in the first room too")


def add_satellite(verbs: Verbs) -> None:
    """`satellite`."""
    verb = verb_of(
        verbs,
        "satellite",
        "be the microphone and loudspeaker of a room, for a hub elsewhere in the house",
        "assistant satellite pair hearth.local 123456",
        "assistant satellite",
        "assistant satellite mute",
        "assistant satellite --measure",
        settings=False,
        more="\n\n  (none)  run: it hears its wake word here, and only what is said after it goes to the hub"
        "\n  pair    with the code that `assistant rooms pair ROOM` shows on the hub"
        "\n  mute    close its microphone, whatever the hub says; unmute opens it"
        "\n  stop    silence what rings or speaks here"
        "\n  status  whether the hub is there"
        "\n\nWhen the hub or the network is gone it still rings the timers of its room; the wake word or"
        "\n`assistant satellite stop` ends that.",
    )
    whats = ["run", "pair", "mute", "unmute", "stop", "status"]
    verb.add_argument("what", nargs="?", choices=whats, default="run")
    verb.add_argument("hub", nargs="?", metavar="HUB", help="pair: its address, HOST or HOST:PORT")
    verb.add_argument("code", nargs="?", metavar="CODE", help="pair: six digits; asked for when left out")
    verb.add_argument("--microphone", metavar="NAME", help="part of the device's name, or a recording (.wav)")
    verb.add_argument("--speaker", metavar="NAME", help="part of the device's name, or a file (.pcm) to fill")
    verb.add_argument("--wake-word", action="append", metavar="WORD", help="default: hey_jarvis")
    verb.add_argument("--sensitivity", default="normal", choices=["low", "normal", "high"])
    verb.add_argument(
        "--led", metavar="NAME", default=os.environ.get("HEARTH_LED"),
        help="show what it does on an LED of the board: a name in /sys/class/leds (or HEARTH_LED)",
    )  # fmt: skip
    verb.add_argument(
        "--button", metavar="PATH", default=os.environ.get("HEARTH_BUTTON"),
        help="a button in /dev/input/by-path (or HEARTH_BUTTON): a short press ends what sounds, else it is "
        "as the wake word; a long one mutes",
    )  # fmt: skip
    verb.add_argument("--measure", action="store_true", help="print its memory and its share of a processor")


def run_rooms(chosen: argparse.Namespace, out: Out) -> int:
    """Ask the running hub. AssistantError is its own word."""
    from assistant import control

    wants_key = chosen.what == "add" and (chosen.to or "").startswith(ESPHOME)
    key = _key() if wants_key else ""

    async def ask() -> int:
        message = {"do": "rooms", "what": chosen.what, "room": chosen.room, "to": chosen.to, "key": key}
        async for answer in control.request({**message, "aloud": chosen.aloud}):
            if "error" in answer:
                raise AssistantError(str(answer["error"]))
            if "line" in answer:
                out(str(answer["line"]))
        return 0

    return asyncio.run(ask())


def _key() -> str:
    """An ESPHome device's encryption key, not shown while it is typed; empty: it has none."""
    prompt = "its encryption key (in the device's ESPHome settings, api: encryption: key; Enter: none): "
    try:
        return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()
    except EOFError:
        return ""


def run_satellite(chosen: argparse.Namespace, out: Out) -> int:
    """Be the satellite, or talk to the one that runs here."""
    if chosen.measure:
        from assistant.satellites.own import measure

        return measure.tell(tuple(chosen.wake_word or ("hey_jarvis",)), out)
    if chosen.what == "pair":
        return _pair(chosen, out)
    from assistant.satellites.own import start

    if chosen.what != "run":
        return asyncio.run(start.tell(chosen.what, out))
    words = tuple(chosen.wake_word or ("hey_jarvis",))
    asked = start.Starting(
        chosen.microphone, chosen.speaker, words, chosen.sensitivity, chosen.led, chosen.button
    )
    return asyncio.run(_live(asked, out))


async def _live(asked: "Starting", out: Out) -> int:
    """A release on trial has stood it once the satellite was there for a while."""
    from assistant.satellites.own import start

    if not (paths.releases_folder() / "trial").exists():
        return await start.run(asked, out)
    from assistant.upkeep.update_start import stand_trial  # brings a database along

    async def opened() -> None:
        """There is nothing to wait for: it runs, or has ended."""

    return await start.run(asked, out, stand_trial(opened))


def _pair(chosen: argparse.Namespace, out: Out) -> int:
    from assistant.satellites.own.folder import SatelliteFolder
    from assistant.satellites.own.pair import pair

    if chosen.hub is None:
        raise AssistantError("name the hub: assistant satellite pair hearth.local CODE")
    try:
        code = chosen.code or input("code (six digits): ")
    except EOFError:
        raise AssistantError("no code was given; the hub shows it (assistant rooms pair ROOM)") from None
    hub = asyncio.run(pair(chosen.hub, code, SatelliteFolder()))
    out(f"paired: this is the satellite of the room {hub.room}; start it with `assistant satellite`")
    return 0

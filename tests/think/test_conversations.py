"""Two families talk to a whole house, slips, corrections and nonsense included; every answer was weighed.

`= title @room`, then what is typed (`>`) and the whole answer (`<`; `…` stands for any, `no` for the sentence
that a house without a language model has for what it does not understand).
"""

import re
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from assistant.devices.home import MemoryHome
from assistant.house.build import Opening, open_house
from assistant.journal import Entry, Journal
from assistant.messages import Reply
from assistant.settings import RoomSettings, Settings
from assistant.think.respond import ONLY_COMMANDS
from tests.memory.clocks import ManualClocks

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
FOLDER = Path(__file__).with_name("conversations")
TALKS = [
    (file.stem, part)
    for file in sorted(FOLDER.glob("*.txt"))
    for part in re.split(r"^= ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "talk"), TALKS, ids=lambda each: each.partition("\n")[0])
async def test_a_family_is_answered(name: str, talk: str) -> None:
    own = FOLDER / f"{name}.yaml"
    with resources.as_file(resources.files("assistant.devices") / "demo_home.yaml") as shipped:
        home = own if own.exists() else shipped
        head, *lines = [line for line in talk.splitlines() if line]
        room = head.partition(" @")[2]
        rooms = {d.area: RoomSettings() for d in MemoryHome.from_yaml(home).devices() if d.area}
        now_s, entries = [1000.0], list[Entry]()
        journal, clocks = Journal(lambda: now_s[0]), ManualClocks(NOW.timestamp())
        clocks.told = True
        opening = Opening(home_file=home, clocks=clocks)
        async with open_house(Settings(rooms=rooms), journal, opening) as house:
            with journal.reading(entries.append):
                for asked, wanted in zip(lines[::2], lines[1::2], strict=True):
                    entries.clear()
                    await house.ask(asked[2:], room)
                    said = " ".join(e.happening.text for e in entries if isinstance(e.happening, Reply))
                    expected = wanted[2:].replace("no", ONLY_COMMANDS) if wanted == "< no" else wanted[2:]
                    assert expected in (said, "…"), f"{asked}: {said!r}"
                    now_s[0] += 4
                    clocks.advance(4)

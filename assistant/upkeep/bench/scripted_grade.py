"""The scripted grade: the house on engines that cost what a profile says, on virtual time."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from importlib import resources

from assistant.devices.home import Fault, MemoryHome
from assistant.house.kit import Kit
from assistant.house.language import intents_of
from assistant.house.staff import Staff
from assistant.journal import Journal
from assistant.messages import JsonValue
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from assistant.upkeep.bench import virtual
from assistant.upkeep.bench.costed import Box, CostedEar, CostedLlm, CostedVoice
from assistant.upkeep.bench.profiles import Profile
from assistant.upkeep.bench.road import ROOM, Bed, scripted_kit, settings_of, turns_of
from assistant.upkeep.bench.said import QUESTIONS, Said, drawn_out
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.turn import Turn

WARM_UP = Said("question", ("are you awake",), "Yes, I am.")
"""Said first and not counted: what the first turn of a house costs is reported elsewhere."""


GAP_S = 8.0
"""Between two who speak to a house: not long, for a house where people talk."""


class PunctualHome(MemoryHome):
    """Every device reports after the same time."""

    after_s = 0.15
    log: Box | None = None

    async def act(self, name: str, action: str, arguments: Mapping[str, JsonValue]) -> None:
        """As asked, `after_s` later."""
        if name not in self._faults:
            self.fault(name, Fault.SLOW)
        await super().act(name, action, arguments)
        loop = asyncio.get_running_loop()
        if self.log is not None:
            span = self.log.log.begin("home", loop.time(), name)
            span.ended_s, span.whole = loop.time() + self.after_s, True
        loop.call_later(self.after_s, self.finish, name)


def bed_of(profile: Profile, techniques: Techniques, *, rehearsed: bool = True) -> Bed:
    """A house's worth of engines."""
    box = Box(profile)
    with resources.as_file(resources.files("assistant.devices") / "demo_home.yaml") as file:
        home = PunctualHome.from_yaml(file)
    home.after_s, home.log = profile.home_ms.value / 1000, box
    known: dict[int, Intents] = {}

    async def staffing(
        kit: Kit, phrases: Phrases, journal: Journal, stack: AsyncExitStack, *, hears: bool
    ) -> Staff:
        intents = known.setdefault(0, intents_of(phrases))
        wide = CostedEar(box, knows=None, short=techniques.short_window)
        narrow = CostedEar(box, knows=lambda text: intents.understand(text, ROOM) is not None)
        replies = {said.words: said.reply for said in (WARM_UP, *QUESTIONS)}
        llm = CostedLlm(box, replies, kept=techniques.kept_prompt, whole=not techniques.streamed)
        ears = (narrow, wide) if techniques.narrow_ear else (wide,)
        return Staff(CostedVoice(box), ears, (), (llm,))

    settings = settings_of(techniques)
    kit = scripted_kit(settings)
    return Bed(settings, kit, staffing, drawn_out, box.log, home, rehearsed=rehearsed, gap_s=GAP_S)


def turns(
    profile: Profile, techniques: Techniques, script: Sequence[Said], *, rehearsed: bool = True
) -> list[Turn]:
    """The script in one house, on virtual time."""
    found = virtual.run(turns_of(bed_of(profile, techniques, rehearsed=rehearsed), (WARM_UP, *script)))
    return found[1:]

"""Scenes and scripts of the home: activated, and told once the home says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from assistant.errors import ToolError
from assistant.messages import Device, DeviceState, Turn
from assistant.ports import Home
from assistant.skills.home_acts import CONFIRM_S, HomeActs, by_name
from assistant.skills.home_words import Fate, Report
from assistant.skills.skill import Outcome, Weight, Word, tool
from assistant.skills.wording import joined

KINDS: Final = frozenset({"scene", "script"})
HARMLESS: Final = "harmless"
"""In `Device.can`: all that a script touches is known and easily undone."""
_DONE: Final = {"scene": "activated", "script": "started"}


def weight(devices: Iterable[Device]) -> Weight | None:
    """A script that may do anything wants a yes; what moves a lock is a matter of security."""
    moved = [device for device in devices if device.kind in KINDS]
    if any(device.secure for device in moved):
        return Weight(3)
    unknown = [device for device in moved if device.kind == "script" and HARMLESS not in device.can]
    return Weight(2, f"Shall I start {joined([_called(each) for each in unknown])}?") if unknown else None


async def activated(acts: HomeActs, seen: Report) -> Report:
    """Activate it; done once it tells another moment of its activation, or that it runs."""
    assert seen.device is not None
    before = seen.state

    def there(state: DeviceState) -> bool:
        other = state.attributes.get("activated") != before.attributes.get("activated")
        return other or (state.value == "on" and before.value != "on")

    report = await acts.act(seen, "on", {}, there)
    if report.fate is not Fate.DONE:
        return report
    return report.now(Fate.DONE, replace(report.state, value=_DONE[seen.device.kind]))


class Scenes:
    """What somebody set up to happen together, through any `ports.Home`."""

    def __init__(self, home: Home, *, confirm_s: float = CONFIRM_S) -> None:
        self._home = home
        self._acts = HomeActs(home, confirm_s=confirm_s)

    def abilities(self) -> Sequence[str]:
        return ["activate your scenes"] if self._known() else []

    def offers(self, tool: str) -> bool:
        """A house without scenes has no use for it."""
        return bool(self._known())

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """As every way to activate weighs."""
        device = self._known().get(arguments["target"].casefold())
        return None if device is None else weight([device])

    @tool(writes=True, risk=1)
    async def scene_activate(self, turn: Turn, target: Word) -> Outcome:
        """Activate a scene or start a script of the home."""
        device = self._known().get(target.casefold())
        if device is None:
            raise ToolError(f"no scene {target!r}", spoken=f"I don't know a scene called {target}.")
        report = self._acts.look([device.name])[0]
        if report.fate is Fate.READ:
            report = await activated(self._acts, report)
        if report.fate is Fate.DONE:
            done = {"activated": device.name}
            return Outcome(f"I {report.state.value} {_called(device)}.", {**done}, changed=True)
        told = {
            Fate.AWAY: f"I can't reach {_called(device)}.",
            Fate.FAILED: report.why,
            Fate.UNCONFIRMED: f"I asked for {_called(device)}, but it has not confirmed.",
        }
        return Outcome(told[report.fate], ok=False)

    def _known(self) -> dict[str, Device]:
        return by_name([device for device in self._home.devices() if device.kind in KINDS])


def _called(device: Device) -> str:
    """`movie night`, `the bedtime script`."""
    return f"the {device.name}" if device.name.endswith((" scene", " script", " mode")) else device.name

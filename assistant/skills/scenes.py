"""Scenes and scripts of the home: activated, and told once the home says so."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from assistant.errors import ToolError
from assistant.messages import Device, DeviceState, Turn
from assistant.ports import Home
from assistant.skills.home_acts import CONFIRM_S, by_name
from assistant.skills.skill import Outcome, Weight, Word, tool

KINDS: Final = frozenset({"scene", "script"})
HARMLESS: Final = "harmless"
"""In `Device.can`: all that a script touches is known and easily undone."""


class Scenes:
    """What somebody set up to happen together, through any `ports.Home`."""

    def __init__(self, home: Home, *, confirm_s: float = CONFIRM_S) -> None:
        self._home = home
        self._confirm_s = confirm_s

    def abilities(self) -> Sequence[str]:
        return ["activate your scenes"] if self._any() else []

    def offers(self, tool: str) -> bool:
        """A house without scenes has no use for it."""
        return self._any()

    async def weigh(self, tool: str, arguments: Mapping[str, Any], room: str) -> Weight | None:
        """What moves a lock is a matter of security; a script that may do anything wants a yes."""
        device = self._device(arguments["target"])
        if device is None:
            return None
        if device.secure:
            return Weight(3)
        if device.kind == "script" and HARMLESS not in device.can:
            return Weight(2, f"Shall I start {_called(device)}?")
        return None

    @tool(writes=True, risk=1)
    async def scene_activate(self, turn: Turn, target: Word) -> Outcome:
        """Activate a scene or start a script of the home."""
        device = self._device(target)
        if device is None:
            raise ToolError(f"no scene {target!r}", spoken=f"I don't know a scene called {target}.")
        before = self._home.state(device.name)
        if not before.available:
            raise ToolError(f"{device.name} is away", spoken=f"I can't reach {_called(device)}.")
        await self._home.act(device.name, "on", {})

        def there(state: DeviceState) -> bool:
            return state.attributes.get("activated") != before.attributes.get("activated")

        after = await self._home.settled(device.name, there, self._confirm_s)
        if not there(after):
            return Outcome(f"I asked for {_called(device)}, but it has not confirmed.", ok=False)
        verb = "started" if device.kind == "script" else "activated"
        return Outcome(f"I {verb} {_called(device)}.", {"activated": device.name}, changed=True)

    def _any(self) -> bool:
        return any(device.kind in KINDS for device in self._home.devices())

    def _device(self, name: str) -> Device | None:
        device = by_name([each for each in self._home.devices() if each.kind in KINDS]).get(name.casefold())
        return device


def _called(device: Device) -> str:
    """`movie night`, `the bedtime script`."""
    return f"the {device.name}" if device.name.endswith((" scene", " script", " mode")) else device.name

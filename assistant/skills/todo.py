"""Lists that live in the home (Home Assistant's to-do lists) beside those the house keeps itself."""

from collections.abc import Sequence
from typing import Final, Protocol

from assistant.errors import ToolError
from assistant.memory.lists import Change, Item, KeptLists
from assistant.messages import DeviceState, JsonValue
from assistant.ports import Home
from assistant.skills.items import item, shown

CONFIRM_S: Final = 2.0
TASKS: Final = "to do"
_SHOPPING: Final = frozenset({"shopping", "grocery", "groceries"})


class ListKeeper(Protocol):
    """Where lists are kept, by their plain names."""

    async def read(self, name: str) -> tuple[Item, ...]: ...

    async def add(self, name: str, items: Sequence[Item]) -> Change: ...

    async def remove(self, name: str, items: Sequence[Item]) -> Change: ...

    async def clear(self, name: str) -> Change: ...


class HouseLists:
    """The home's own to-do lists by their names, every other list in the database.

    "To do" is the home's only list of tasks where it has exactly one.
    """

    def __init__(self, kept: KeptLists, home: Home) -> None:
        self._kept = kept
        self._home = home

    async def read(self, name: str) -> tuple[Item, ...]:
        device = self._device(name)
        return await self._kept.read(name) if device is None else self._items(device)

    async def add(self, name: str, items: Sequence[Item]) -> Change:
        device = self._device(name)
        if device is None:
            return await self._kept.add(name, items)
        there = {thing.key for thing in self._items(device)}
        return await self._change(device, "add", [shown(thing) for thing in items if thing.key not in there])

    async def remove(self, name: str, items: Sequence[Item]) -> Change:
        device = self._device(name)
        if device is None:
            return await self._kept.remove(name, items)
        wanted = {thing.key for thing in items}
        return await self._change(
            device, "remove", [text for text in self._texts(device) if item(text).key in wanted]
        )

    async def clear(self, name: str) -> Change:
        device = self._device(name)
        if device is None:
            return await self._kept.clear(name)
        return await self._change(device, "remove", self._texts(device))

    def _device(self, name: str) -> str | None:
        lists = [device for device in self._home.devices() if device.kind == "todo"]
        for device in lists:
            if name in {_plain(called) for called in (device.name, *device.aliases)}:
                return device.name
        shopping = [device.name for device in lists if _plain(device.name) in _SHOPPING]
        if name in _SHOPPING and len(shopping) == 1:
            return shopping[0]
        tasks = [device.name for device in lists if device.name not in shopping]
        return tasks[0] if name == TASKS and len(tasks) == 1 else None

    def _texts(self, device: str) -> list[str]:
        state = self._home.state(device)
        if not state.available:
            raise ToolError(f"{device} is away", spoken=f"I can't reach your {_plain(device)} list.")
        kept = state.attributes.get("items")
        return [str(text) for text in kept] if isinstance(kept, list) else []

    def _items(self, device: str) -> tuple[Item, ...]:
        return tuple(item(text) for text in self._texts(device))

    async def _change(self, device: str, action: str, texts: Sequence[str]) -> Change:
        """Ask the list, and read it back."""
        before = self._items(device)
        if texts:
            wanted: list[JsonValue] = list(texts)
            await self._home.act(device, action, {"items": wanted})

            def there(state: DeviceState) -> bool:
                kept = state.attributes.get("items")
                return isinstance(kept, list) and all((text in kept) == (action == "add") for text in texts)

            await self._home.settled(device, there, CONFIRM_S)
        return Change(before, self._items(device))


def _plain(name: str) -> str:
    words = name.casefold().split()
    return " ".join(words[:-1] if len(words) > 1 and words[-1] == "list" else words)

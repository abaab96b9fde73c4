"""Taking changes back: entries as they were, for a while, in memory only."""

from collections import OrderedDict
from itertools import count
from typing import Final

from assistant.errors import ToolError
from assistant.memory.clocks import Clocks
from assistant.memory.counted import CountedEntries
from assistant.memory.entries import Entry, Waiting
from assistant.memory.kept import KeptEntries

MOST_NOTED: Final = 64
"""Earlier states that are kept."""


class NotedEntries(CountedEntries):
    """The entries of the house, with a memory of what they were."""

    def __init__(self, kept: KeptEntries, clocks: Clocks) -> None:
        super().__init__(kept, clocks)
        self._noted: OrderedDict[int, Entry] = OrderedDict()
        self._versions = count(1)

    def note(self, entry_id: int) -> int:
        """Remember an entry as it is now; what is returned brings it back. ToolError when it is not there."""
        entry = self._kept.find(entry_id)
        if entry is None:
            raise ToolError(f"no entry {entry_id}")
        version = next(self._versions)
        self._noted[version] = entry
        if len(self._noted) > MOST_NOTED:
            self._noted.popitem(last=False)
        return version

    async def bring_back(self, version: int) -> Waiting:
        """Keep an entry as it was when it was noted. ToolError when that is too long ago."""
        entry = self._noted.get(version)
        if entry is None:
            raise ToolError(f"no version {version} noted", spoken="Sorry, I don't know any more how it was.")
        self._hush(entry.id)
        now = self._kept.wall.now
        again = entry.replanned(self._clocks.steady_s(), now.offset_s, now.zone)
        return self._seen(await self._kept.put(again))

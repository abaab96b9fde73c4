"""Music on the home's players: what is found is played, and told from what the player says it plays."""

from collections.abc import Sequence
from typing import Final

from assistant.errors import ToolError
from assistant.messages import Device, DeviceState, JsonValue, Turn
from assistant.ports import Home
from assistant.skills.home_acts import CONFIRM_S, by_name
from assistant.skills.skill import Outcome, Words, tool
from assistant.skills.wording import joined

NONE_HERE: Final = "I have no music player here; connect Home Assistant with one in the settings, and I will."


class Music:
    """Playing what somebody names, through any `ports.Home`."""

    def __init__(self, home: Home, *, confirm_s: float = CONFIRM_S) -> None:
        self._home = home
        self._confirm_s = confirm_s

    def abilities(self) -> Sequence[str]:
        return ["play music"] if self._players() else []

    def offers(self, tool: str) -> bool:
        """A house without players has no use for it."""
        return bool(self._players())

    @tool(writes=True, risk=1)
    async def media_play(self, turn: Turn, what: str | None = None, targets: Words | None = None) -> Outcome:
        """Play music by its name on players; without a name, go on with what is there."""
        players = self._players()
        if not players:
            raise ToolError("the home has no player", spoken=NONE_HERE)
        chosen = self._chosen(players, turn.room, targets)
        if len(chosen) > 1 and not targets:
            names = joined([f"the {player.name}" for player in chosen], "or")
            return Outcome(f"Where shall I play it: {names}?", ok=False, asks=True)
        told = [await self._play(player, what) for player in chosen]
        done = [outcome for outcome in told if outcome.changed]
        return Outcome(
            " ".join(outcome.say for outcome in told),
            {"playing": [player.name for player in chosen]},
            ok=len(done) == len(told),
            changed=bool(done),
            undo=[call for outcome in done for call in outcome.undo],
        )

    async def _play(self, player: Device, what: str | None) -> Outcome:
        before = self._home.state(player.name)
        if not before.available:
            return Outcome(f"I can't reach the {player.name}.", ok=False)
        if what is None and before.value == "playing":
            return Outcome(f"The {player.name} is already playing.", ok=False)
        await self._home.act(player.name, "play" if what is None else "find", {"what": what} if what else {})

        def there(state: DeviceState) -> bool:
            moved = before.value != "playing" or state.attributes.get("track") != before.attributes.get(
                "track"
            )
            return state.value == "playing" and (what is None or moved)

        after = await self._home.settled(player.name, there, self._confirm_s)
        if not there(after):
            return Outcome(f"I asked the {player.name}, but it has not confirmed.", ok=False)
        stop: dict[str, JsonValue] = {"targets": [player.name], "action": "stop"}
        undo = [] if before.value == "playing" else [("media_control", stop)]
        return Outcome(f"The {player.name} is playing{_title(after)}.", changed=True, undo=undo)

    def _players(self) -> list[Device]:
        return [device for device in self._home.devices() if device.kind == "media_player"]

    def _chosen(self, players: Sequence[Device], room: str, targets: Sequence[str] | None) -> list[Device]:
        if targets:
            known = by_name(players)
            found = [known.get(name.casefold()) for name in targets]
            if None in found:
                raise ToolError(f"no player among {targets}", spoken="I don't know that player.")
            return [player for player in found if player is not None]
        return [player for player in players if player.area == room] or list(players)


def _title(state: DeviceState) -> str:
    title, artist = state.attributes.get("title"), state.attributes.get("artist")
    if not isinstance(title, str):
        return ""
    return f" {title} by {artist}" if isinstance(artist, str) else f" {title}"

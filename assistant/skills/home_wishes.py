"""What is wished of covers, fans, players and thermostats: one device after the other, read back, told."""

from collections.abc import Mapping, Sequence
from typing import Final

from assistant.errors import ToolError
from assistant.messages import JsonValue
from assistant.skills import home_words
from assistant.skills.home_acts import HomeActs, has, lacking, moved, outcome
from assistant.skills.home_words import Fate, Report
from assistant.skills.skill import Outcome

LIGHTS: Final = frozenset({"light"})
_NEEDS: Final = {
    "brightness_percent": ("brightness", "be dimmed"),
    "temperature_kelvin": ("temperature", "change its white"),
    "position_percent": ("position", "go to a position"),
    "speed_percent": ("speed", "change its speed"),
    "oscillating": ("oscillation", "oscillate"),
    "volume_percent": ("volume", "change its volume"),
    "muted": ("mute", "be muted"),
    "source": ("source", "change its source"),
    "temperature": ("temperature", "be set to a temperature"),
    "mode": ("modes", "change its mode"),
    "preset": ("modes", "change its mode"),
    "humidity_percent": ("humidity", "be set to a humidity"),
}
"""What a device must have for each wish, and what it can't do without."""


async def wish(
    acts: HomeActs,
    targets: Sequence[str],
    kinds: frozenset[str],
    wanted: Mapping[str, JsonValue],
    by: tuple[str, int | None] = ("", None),
) -> Outcome:
    """Have the targets of these `kinds` reach `wanted`, and an attribute moved `by` (its name, by how much).

    What a device lacks it is told to lack. ToolError: nothing is wanted.
    """
    key, change = by
    if not wanted and change is None:
        raise ToolError("nothing is wanted", spoken="Tell me what to set it to.")

    async def one(seen: Report) -> Report:
        wishes = dict(wanted)
        if change is not None and key not in wishes:
            if key == "temperature" and seen.state.attributes.get(key) is None:
                return seen.now(Fate.CANNOT, why=_NEEDS[key][1])
            wishes[key] = moved(seen, key, change, low=1 if key == "brightness_percent" else 0)
        if why := lacking(seen, _NEEDS, wishes):
            return seen.now(Fate.CANNOT, why=why)
        mode = wishes.get("mode")
        reached = has({name: value for name, value in wishes.items() if name != "mode"})
        return await acts.wish(
            seen,
            wishes,
            lambda state: (
                reached(state) and mode in (None, state.value) and (kinds != LIGHTS or state.value == "on")
            ),
        )

    asked = [*wanted, *([key] if change is not None else [])]
    reports = await acts.each(targets, one, kinds)
    return outcome(reports, lambda state: home_words.reached(state, asked))


async def do(
    acts: HomeActs,
    targets: Sequence[str],
    kinds: frozenset[str],
    action: str,
    goal: frozenset[str] | None,
) -> Outcome:
    """Have the targets of these `kinds` do `action`; `goal`: the states that show it.

    Without a goal another track shows it; that something was looked for shows nothing and is believed.
    """

    async def one(seen: Report) -> Report:
        if goal is None:
            track = seen.state.attributes.get("track")
            if action == "locate":
                return await acts.act(seen, action, {}, lambda _: True)
            return await acts.act(seen, action, {}, lambda state: state.attributes.get("track") != track)
        if seen.state.value in goal:
            return seen.now(Fate.ALREADY)
        return await acts.act(seen, action, {}, lambda state: state.value in goal)

    return outcome(await acts.each(targets, one, kinds), lambda state: home_words.doing(state, action))

import pytest

from assistant.errors import ToolError
from assistant.messages import JsonValue
from assistant.skills.volume import Volume
from tests.skills.bench import Bench


class Speakers:
    """Speakers of a kitchen; a stuck one keeps its volume, a coarse one goes in steps of 25."""

    def __init__(self, percent: int = 60, *, stuck: bool = False, step: int = 1) -> None:
        self.percent = percent
        self.stuck = stuck
        self.step = step

    def volume(self, room: str) -> int:
        if room != "kitchen":
            raise ToolError(f"no speaker in the {room}", spoken="There is no speaker in this room.")
        return self.percent

    def set_volume(self, room: str, percent: int) -> None:
        if not self.stuck:
            self.percent = percent // self.step * self.step


@pytest.mark.parametrize(
    ("tool", "arguments", "percent", "said"),
    [
        ("volume_set", {"percent": 40}, 40, "Volume at 40 percent."),
        ("volume_set", {"percent": 0}, 0, "Volume at 0 percent."),
        ("volume_change", {"steps": 1}, 70, "Volume at 70 percent."),
        ("volume_change", {"steps": -2}, 40, "Volume at 40 percent."),
        ("volume_change", {"steps": 9}, 100, "Volume at 100 percent."),
    ],
)
async def test_the_volume_is_told_as_read_back(
    tool: str, arguments: dict[str, JsonValue], percent: int, said: str
) -> None:
    speakers = Speakers()
    result = await Bench(Volume(speakers)).call(tool, arguments)
    assert (result.ok, result.changed, result.say) == (True, True, said)
    assert speakers.percent == percent


async def test_no_change_is_told_as_none() -> None:
    result = await Bench(Volume(Speakers())).call("volume_set", {"percent": 60})
    assert (result.ok, result.changed, result.say) == (True, False, "The volume is already at 60 percent.")


@pytest.mark.parametrize(("percent", "steps", "said"), [(100, 1, "loud"), (0, -1, "quiet")])
async def test_the_ends_of_the_scale(percent: int, steps: int, said: str) -> None:
    result = await Bench(Volume(Speakers(percent))).call("volume_change", {"steps": steps})
    assert (result.ok, result.changed, result.say) == (False, False, f"That's as {said} as I get.")


async def test_more_than_everything() -> None:
    result = await Bench(Volume(Speakers())).call("volume_set", {"percent": 101})
    assert (result.ok, result.say) == (False, "My volume only goes up to 100 percent.")


async def test_a_speaker_that_does_not_follow_is_told() -> None:
    result = await Bench(Volume(Speakers(stuck=True))).call("volume_set", {"percent": 30})
    assert (result.ok, result.changed, result.say) == (False, False, "The volume stayed at 60 percent.")
    result = await Bench(Volume(Speakers(step=25))).call("volume_set", {"percent": 30})
    assert (result.ok, result.changed, result.say) == (False, True, "Volume at 25 percent.")


async def test_a_room_without_a_speaker() -> None:
    result = await Bench(Volume(Speakers())).call("volume_set", {"percent": 30}, room="attic")
    assert (result.ok, result.say) == (False, "There is no speaker in this room.")

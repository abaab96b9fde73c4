"""Words one phone away, other words of the open reading, sounds in a silence: what they do to a verdict."""

import pytest

from assistant.hear.stt.narrow_evidence import Pair, Rival, local_margin, within
from assistant.hear.stt.narrow_exchanges import exchanges
from assistant.hear.stt.narrow_jsgf import automaton
from assistant.hear.stt.narrow_judge import against_pair, against_rivals, verdict
from assistant.hear.stt.narrow_pairs import (
    Pairs,
    choices,
    deciding,
    denied,
    one_phone_apart,
    same_word,
    telling,
)
from tests.hear.test_narrow_parts import GOOD, VOICE, reading

DEVICES = "the (fan | heater | kettle | kitchen (light | lights) | lamp | radio)"


def rare(_: object) -> float:
    return -8.0


def test_a_word_decides_where_several_others_may_stand() -> None:
    """A part of a name does not, nor do words that are compared with their twins anyway."""
    house = automaton(f"public <utterance> = turn (on | off) {DEVICES} | is {DEVICES} (on | off);")
    assert deciding(house, ["turn", "off", "the", "fan"], rare) == (3,)
    assert deciding(house, ["is", "the", "fan", "on"], rare) == (2,)
    assert deciding(house, ["turn", "off", "the", "kitchen", "light"], rare) == ()
    assert choices(house, ["turn", "off", "the", "kitchen", "light"], rare) == (3,)
    assert deciding(house, ["turn", "off", "the", "van"], rare) == ()
    assert deciding(house, ["turn", "off", "the", "fan"], lambda _: -5.0) == ()
    groceries = " | ".join(f"word{number}" for number in range(80))
    assert deciding(automaton(f"public <utterance> = add ({groceries});"), ["add", "word7"], rare) == ()


def test_every_word_tells_but_the_first_numbers_politeness_and_what_is_said_in_passing() -> None:
    words = ["set", "the", "kitchen", "light", "to", "fifty", "please"]
    assert telling(words, lambda said: -5.0 if said[-1] in ("the", "to") else -8.0) == (2, 3)


PAIRED = {
    "fan": "F AE N",
    "van": "V AE N",
    "pan": "P AE N",
    "fans": "F AE N Z",
    "plan": "P L AE N",
    "phan": "F AE N",
    "ann": "AE N",
    "fat": "F AE T",
    "dan": "D AE N",
    "fun": "F AH N",
    "lamp": "L AE M P",
}


def _pairs(likely: dict[tuple[str, ...], float]) -> dict[str, float]:
    house = automaton(f"public <utterance> = turn off {DEVICES};")
    known = {word: [phones] for word, phones in PAIRED.items()}
    pairs = Pairs(list(PAIRED.items()), known, lambda said: likely.get(tuple(said), -8.0))
    words = ["turn", "off", "the", "fan"]
    return dict(pairs.pairs(words, [(PAIRED.get(word, ""),) for word in words], house).get(3, {}))


def test_pairs_are_one_phone_away_and_in_no_sentence_of_the_house() -> None:
    """Vowels and dropped phones too; an ending is the same word."""
    assert set(_pairs({})) == {"van", "pan", "fat", "dan", "fun", "ann"}


def test_a_pair_must_be_likely_there() -> None:
    assert "pan" in _pairs({("off", "the", "pan"): -11.0})
    assert "pan" not in _pairs({("off", "the", "pan"): -14.0, ("off", "the", "fan"): -7.0})


@pytest.mark.parametrize(
    ("sound", "plain", "doubtful"),
    [
        ("K AO F IY", "K AO P IY", "T AO F IY"),  # between vowels a consonant is plain
        ("F AE N", "P AE N", "F AH N"),  # and so is one that hisses
        ("F AE N", "V AE N", "P AE N"),  # most of all from another
        ("L AE M P", "L AE M", "L AH M P"),  # a stop after another consonant is heard
        ("HH IY T ER", "HH IY T", "IY T ER"),  # but hardly an "h"
    ],
)
def test_how_much_better_another_word_must_be_depends_on_the_phone(
    sound: str, plain: str, doubtful: str
) -> None:
    needed = exchanges((sound,))
    assert needed[plain] < needed[doubtful]


def test_a_stop_that_ends_a_word_after_a_vowel_is_no_evidence() -> None:
    needed = exchanges(("L AY T",))
    for other in ("L AY D", "L AY K", "L AY"):
        assert other not in needed
    assert {"N AY T", "L AY F", "L EY T"} <= needed.keys()


def test_short_words_have_no_pairs() -> None:
    assert exchanges(("T IY",)) == {}


def test_what_a_sound_needs_is_reckoned_from_the_nearest_of_several_pronunciations() -> None:
    assert exchanges(("F AE N", "F AE N T"))["P AE N"] == exchanges(("F AE N",))["P AE N"]


def test_unlock_may_have_been_dont_lock() -> None:
    known = {"don't": ["D OW N T"], "lock": ["L AA K"], "unlock": ["AH N L AA K"]}
    assert denied("unlock", known) == {"don't lock": ["D OW N T L AA K"]}
    assert denied("lock", known) == denied("unpause", known) == {}
    pairs = Pairs([], known, rare)
    words = ["unlock", "the", "door"]
    found = pairs.pairs(words, [()] * 3, automaton("public <utterance> = unlock the door;"))
    assert found[0].keys() == {"don't lock"}
    assert pairs.sounds(found[0], words) == {"don't lock": ["D OW N T L AA K"]}


def test_a_pair_that_fits_as_well_as_it_needs_to_is_asked_about() -> None:
    accepted = verdict(GOOD, GOOD, None, VOICE)
    assert against_pair(accepted, Pair("fun", 12, 10)).ask
    assert not against_pair(accepted, Pair("fun", 8, 10)).ask
    assert against_pair(accepted, Pair("van", -15, -20)).ask
    assert not against_pair(accepted, Pair("van", -25, -20)).ask
    assert not against_pair(accepted, Pair("fun", 12, 10), 0.5).ask
    assert not against_pair(accepted, Pair("van", -15, -20), 0.5).ask
    assert not against_pair(accepted, Pair("lamb", 20, 0), 0.5).ask
    assert against_pair(accepted, Pair("lamb", -8, 0), 2.0).ask
    assert not against_pair(accepted, None).ask


def test_only_what_lies_between_the_nearest_shared_boundaries_counts() -> None:
    ours = reading(("<sil>", 10, -9), ("is", 10, -3), ("the", 10, -3), ("fan", 30, -4), ("on", 20, -3))
    theirs = reading(("<sil>", 10, -1), ("is", 10, -3), ("the", 12, -3), ("pan", 28, -3), ("on", 20, -5))
    assert local_margin(ours, theirs, 2) == (10 * 3 + 30 * 4) - (12 * 3 + 28 * 3)


def test_another_word_in_the_open_reading_is_asked_about_sooner_where_it_decides() -> None:
    accepted = verdict(GOOD, GOOD, None, VOICE)
    assert against_rivals(accepted, [Rival("phone", 24, decides=True)]).ask
    assert not against_rivals(accepted, [Rival("phone", 16, decides=True)]).ask
    assert not against_rivals(accepted, [Rival("phone", 24, decides=True)], 0.5).ask
    assert not against_rivals(accepted, [Rival("copy", 60)]).ask
    assert against_rivals(accepted, [Rival("copy", 60), Rival("car", 70)]).ask
    assert not against_rivals(accepted, []).ask


def test_a_silence_between_two_words_that_sounds_like_none_is_asked_about() -> None:
    """The "f" of "kitchen fight" hides in it; a silence before or after the words may be any noise."""

    def asked(between: float, before: float = -1, frames: int = 8) -> bool:
        said = reading(
            ("<sil>", 20, before), ("kitchen", 40, -4), ("<sil>", frames, between), ("light", 30, -4)
        )
        return verdict(said, said, None, [False] * 20 + [True] * (70 + frames)).ask

    assert asked(-9)
    assert not asked(-3)
    assert not asked(-9, frames=3)
    assert not asked(-3, before=-9)


def test_the_words_of_a_stretch_begin_and_end_with_it() -> None:
    said = reading(("the", 10, -3), ("pan", 20, -3), ("<sil>", 10, -1), ("on", 20, -3))
    assert [part.word for part in within(said, 12, 29)] == ["pan"]
    assert [part.word for part in within(said, 0, 60)] == ["the", "pan", "<sil>", "on"]
    assert within(said, 10, 50) == ()
    assert within(said, 20, 30) == ()


def test_one_phone_apart_is_one_exchanged_dropped_or_added() -> None:
    for other in ("L AH M P", "L AE M", "K L AE M P"):
        assert one_phone_apart("L AE M P", other)
        assert one_phone_apart(other, "L AE M P")
    for other in ("L AE M P", "R AH M P", "AE M", "L AE M P ER Z"):
        assert not one_phone_apart("L AE M P", other)


def test_a_word_with_another_ending_is_the_same() -> None:
    assert same_word("L AA K", "L AA K T")
    assert same_word("L AA K T", "L AA K")
    assert same_word("R EH D", "R EH D")
    assert not same_word("F AE N", "P AE N")
    assert not same_word("F AE N", "F AE N IY")

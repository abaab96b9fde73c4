"""The narrow ear's pure parts: grammar text to graph, words to sounds, readings to a verdict."""

import math
from dataclasses import replace

import pytest

from assistant.errors import EngineError
from assistant.hear.stt.narrow_decoys import Decoying, turns
from assistant.hear.stt.narrow_english import model_files
from assistant.hear.stt.narrow_evidence import Decoy, Twin
from assistant.hear.stt.narrow_jsgf import automaton
from assistant.hear.stt.narrow_judge import against_decoy, verdict
from assistant.hear.stt.narrow_neighbours import Neighbours, begin_alike
from assistant.hear.stt.narrow_reading import Heard, text_of, words_of
from assistant.hear.stt.narrow_teens import SURE, Phone, Phones, teen_odds
from assistant.hear.stt.narrow_twins import alternatives, only, rarities, short, twins
from assistant.hear.stt.narrow_words import dictionary, sounds, wake_tails

GRAMMAR = """#JSGF V1.0;
grammar house; // a comment
public <utterance> = [please] (<switch> | set a timer for <number> (minutes | hours));
<switch> = turn (on | off) [the] (fan | light)+;
<number> = /2.0/ five | fifteen {tag} | fifty;
"""


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("turn on the fan", True),
        ("please turn off light", True),
        ("turn on the fan light", True),
        ("set a timer for fifteen minutes", True),
        ("turn on", False),
        ("please", False),
        ("", False),
        ("set a timer for five minutes please", False),
    ],
)
def test_the_graph_holds_exactly_the_sentences(sentence: str, said: bool) -> None:
    assert (automaton(GRAMMAR).path(sentence.split()) is not None) is said


def test_equal_endings_are_merged() -> None:
    graph = automaton("public <utterance> = a x y | b x y | c x y;")
    assert len(graph.arcs) == 4
    assert graph.words() == {"a", "b", "c", "x", "y"}


@pytest.mark.parametrize(
    "text",
    [
        "public <utterance> = a <b>;",
        "public <utterance> = a <utterance>;",
        "public <utterance> = (a | b;",
        "public <utterance> = a ) b;",
        "public <utterance> = ;",
        "nothing at all",
        "",
    ],
)
def test_what_is_no_grammar_is_an_error(text: str) -> None:
    with pytest.raises(EngineError, match="grammar"):
        automaton(text)


def test_twins_differ_in_one_number() -> None:
    graph = automaton(GRAMMAR)
    words = ["set", "a", "timer", "for", "fifteen", "minutes"]
    others = alternatives(graph, words)
    assert others == {4: ("fifty", "five")} or others == {4: ("five", "fifty")}
    twin = twins(words, others)
    assert twin.path(["set", "a", "timer", "for", "fifty", "minutes"]) is not None
    assert twin.path(words) is None
    assert "fifteen" not in twin.arcs[4]
    assert only(words).path(words) is not None


def test_a_hundred_may_have_been_more_hundreds_than_the_house_understands() -> None:
    graph = automaton("public <utterance> = set it to (a | one) hundred percent;")
    others = alternatives(graph, ["set", "it", "to", "a", "hundred", "percent"])
    assert list(others) == [3]
    assert "eight" in others[3]
    assert "one" not in others[3]


def test_in_a_long_list_rare_words_count_less_but_numbers_do_not() -> None:
    many = " | ".join(f"thing{number}" for number in range(40))
    graph = automaton(f"public <utterance> = add (eggs | figs | two | {many}) now;")
    priors = {"eggs": -10.0, "figs": -14.0, "two": -15.0}
    weights = rarities(graph, lambda word: priors.get(word, -11.0))
    (state,) = {place for place, _ in weights}
    assert weights[state, "eggs"] == 1.0
    assert weights[state, "figs"] == pytest.approx(math.exp(-20))
    assert weights[state, "thing1"] == pytest.approx(math.exp(-5))
    assert (state, "two") not in weights


def test_words_get_a_sound() -> None:
    known = dictionary(model_files()[1])
    assert "F AE N" in sounds("fan", {}, known)
    assert sounds("fan", {"fan": ["V AA N"]}, known) == ("V AA N",)
    assert sounds("chickpeas", {}, known) == (f"{known['chick'][0]} {known['peas'][0]}",)
    assert sounds("zoodle", {}, known) == ("Z UW D L EH",)
    assert sounds("42", {}, known) == ()
    assert wake_tails("hey jarvis", known)[-2:] == ("AH S", "S")


def reading(*words: tuple[str, int, float]) -> tuple[Heard, ...]:
    """(word, frames, score per frame) in a row."""
    parts, at = [], 0
    for word, frames, per_frame in words:
        parts.append(Heard(word, at, at + frames, frames * per_frame))
        at += frames
    return tuple(parts)


GOOD = reading(("<sil>", 20, -1), ("turn", 20, -4), ("off", 20, -4), ("fan", 30, -4), ("<sil>", 30, -1))
VOICE = [False] * 20 + [True] * 70 + [False] * 30


def test_a_rival_no_better_is_accepted() -> None:
    rival = reading(("<sil>", 20, -1), ("turn", 20, -4), ("of", 20, -3), ("fan", 30, -4), ("<sil>", 30, -1))
    found = verdict(GOOD, rival, None, VOICE)
    assert (found.text, found.refused, found.ask) == ("turn off fan", None, False)


def test_a_better_rival_is_asked_about_a_much_better_one_refuses() -> None:
    def against(per_frame: float) -> tuple[bool, bool]:
        rival = (*GOOD[:3], Heard("can", 60, 90, 30 * per_frame), GOOD[4])
        found = verdict(GOOD, rival, None, VOICE)
        return found.refused is not None, found.ask

    assert against(-3.5) == (False, False)
    assert against(-0.6) == (True, True)
    assert against(-0.4) == (True, False)


def test_voice_outside_the_words_refuses() -> None:
    found = verdict(GOOD, GOOD, None, [False] * 20 + [True] * 100)
    assert found.refused == "0.30 s of speech in no word"
    assert not found.ask


def test_the_first_word_must_be_clear_however_short_later_ones_may_be_said_in_passing() -> None:
    squeezed = reading(
        ("<sil>", 20, -1), ("add", 6, -12), ("the", 14, -4), ("bread", 50, -4), ("<sil>", 30, -1)
    )
    passing = reading(
        ("<sil>", 20, -1), ("add", 14, -4), ("the", 6, -12), ("bread", 50, -4), ("<sil>", 30, -1)
    )
    assert verdict(squeezed, squeezed, None, VOICE).refused == "'add' was not clear"
    assert verdict(passing, passing, None, VOICE).refused is None


def test_a_number_must_beat_its_twin() -> None:
    ours = reading(("for", 20, -3), ("five", 40, -3.0), ("minutes", 50, -3))
    near = reading(("for", 20, -3), ("nine", 40, -3.2), ("minutes", 50, -3))
    far = reading(("for", 20, -3), ("nine", 40, -4.0), ("minutes", 50, -3))
    assert verdict(ours, ours, Twin(ours, near), [True] * 110).ask
    assert verdict(ours, ours, Twin(ours, far), [True] * 110).refused is None


def phones(*words: str) -> Phones:
    """Words as "IY14 N6": a phone and its frames."""
    return tuple(
        tuple(
            Phone(phone.rstrip("0123456789"), int(phone.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), 0.0)
            for phone in word.split()
        )
        for word in words
    )


def test_a_long_stretch_before_minutes_is_a_teen() -> None:
    teen = teen_odds(phones("F12 IH7 F7 T5 IY16 N5", "M8 IH6"), phones("F12 IH7 F7 T5 IY17", "M12 IH6"))
    ten = teen_odds(phones("F12 IH7 F7 T5 IY10 N3", "M4 IH6"), phones("F12 IH7 F7 T5 IY10", "M7 IH6"))
    assert teen > SURE
    assert ten < -SURE


def test_fifteen_against_fifty_is_decided_by_odds() -> None:
    ours = reading(("fifteen", 40, -3.0), ("minutes", 50, -3))
    other = reading(("fifty", 40, -9.0), ("minutes", 50, -3))
    assert verdict(ours, ours, Twin(ours, other, 0.5), [True] * 90).ask
    assert verdict(ours, ours, Twin(ours, other, 1.5), [True] * 90).refused is None


def test_short_sentences_are_found_and_lists_left_out() -> None:
    many = " | ".join(f"thing{number}" for number in range(40))
    graph = short(automaton(f"public <utterance> = stop | turn it (up | down) [a bit] | buy ({many});"))
    assert graph.path(["stop"]) is not None
    assert graph.path(["turn", "it", "up"]) is not None
    assert graph.path(["turn", "it", "up", "a", "bit"]) is None
    assert "buy" not in graph.words()


def test_a_comma_is_a_pause_that_must_be_heard() -> None:
    assert text_of(["add", "milk", ",", "tea", "and", "rice"]) == "add milk, tea and rice"
    assert words_of(reading(("milk", 9, -1), (",", 9, -1), ("tea", 9, -1)))[1].silent


def test_a_rest_of_the_wake_word_may_sound_as_it_likes_but_hides_no_word() -> None:
    def judged(frames: int) -> bool:
        ours = reading(("wake-1", frames, -8), ("stop", 40, -3), ("<sil>", 30, -1))
        rival = reading(("don't", frames, -3), ("stop", 40, -3), ("<sil>", 30, -1))
        return verdict(ours, rival, None, [True] * (frames + 40)).refused is None

    assert judged(20)
    assert not judged(50)


def test_words_that_sound_alike_are_near() -> None:
    near = Neighbours([("fan", "F AE N"), ("phone", "F OW N"), ("minutes", "M IH N AH T S")])
    fan, phone, minutes = near.distances("F AE N")
    assert fan == 0
    assert 0 < phone < 1 < minutes


def test_a_decoy_exchanges_one_word_for_one_that_no_sentence_of_the_house_has_there() -> None:
    known = {
        "turn": "T ER N",
        "off": "AO F",
        "my": "M AY",
        "fan": "F AE N",
        "phone": "F OW N",
        "light": "L AY T",
    }
    graph = automaton("public <utterance> = turn off my (fan | light);")
    words = ["turn", "off", "my", "fan"]
    decoys = Decoying(Neighbours(list(known.items())), lambda said: -3.0 if said[-1] == "phone" else -8.0)
    found = decoys.decoys(words, [(known[word],) for word in words], graph)
    assert found.graph.path(["turn", "off", "my", "phone"]) is not None
    assert found.graph.path(words) is None
    assert found.graph.path(["turn", "off", "my", "light"]) is None
    assert found.graph.path(["phone", "off", "my", "phone"]) is None
    assert found.gains[3, "phone"] == pytest.approx(5.0)
    assert found.weights[3, "phone"] == 1.0


def test_a_decoy_that_fits_better_is_asked_about_the_more_sense_it_makes() -> None:
    accepted = verdict(GOOD, GOOD, None, VOICE)

    def asked(margin: float, sense: float) -> bool:
        return against_decoy(accepted, Decoy("phone", margin, sense)).ask

    assert asked(75, -1)
    assert not asked(75, -8)
    assert not asked(20, 0)
    assert not against_decoy(accepted, None).ask


def test_a_decoy_for_a_word_that_says_what_it_is_about_need_not_make_sense() -> None:
    accepted = verdict(GOOD, GOOD, None, VOICE)
    assert against_decoy(accepted, Decoy("copy", 14, -3, choice=True)).ask
    assert not against_decoy(accepted, Decoy("copy", 14, -3)).ask
    assert not against_decoy(accepted, Decoy("copy", 6, -3, choice=True)).ask
    assert not against_decoy(accepted, Decoy("copy", 14, -3, choice=True), 0.5).ask


def test_what_turns_a_request_into_a_question_need_not_fit_better() -> None:
    accepted = verdict(GOOD, GOOD, None, VOICE)
    assert against_decoy(accepted, Decoy("have", -13, 0, turned=True)).ask
    assert not against_decoy(accepted, Decoy("have", -40, 0, turned=True)).ask
    assert not against_decoy(accepted, Decoy("cant", -13, 0)).ask


def test_of_words_that_begin_alike_the_one_that_was_heard_must_fit_better() -> None:
    accepted = verdict(GOOD, GOOD, None, VOICE)
    assert against_decoy(accepted, Decoy("van", -13, 0, near=True)).ask
    assert not against_decoy(accepted, Decoy("van", -30, 0, near=True)).ask
    assert not against_decoy(accepted, Decoy("fun", -13, 0)).ask
    assert not against_decoy(accepted, Decoy("van", -13, 0, near=True), 0.5).ask
    assert begin_alike("F AE N", "V AE N")
    for other in ("F AE N", "F AH N", "P AE N", "F AE N Z", "AE N"):
        assert not begin_alike("F AE N", other)


def test_a_rest_of_the_wake_phrase_begins_the_sound() -> None:
    """What comes after a silence is a word: "who switched off the fan"."""
    rest, words = ("wake-1", 20, -4), (("turn", 20, -3), ("off", 20, -3), ("fan", 30, -3), ("<sil>", 30, -1))
    begun = reading(rest, *words)
    assert verdict(begun, begun, None, VOICE[:120]).refused is None
    later = reading(("<sil>", 26, -1), rest, *words)
    assert verdict(later, later, None, VOICE[:120]).ask


def test_a_request_is_also_listened_to_as_a_question() -> None:
    known = {"can": "K AE N", "you": "Y UW", "turn": "T ER N", "off": "AO F", "have": "HH AE V"}
    graph = automaton("public <utterance> = can you turn off;")
    words = ["can", "you", "turn", "off"]
    decoys = Decoying(Neighbours(list(known.items())), lambda said: -8.0)
    found = decoys.decoys(words, [(known[word],) for word in words], graph)
    assert found.graph.path(["have", "you", "turn", "off"]) is not None
    assert found.graph.path(["did", "you", "turn", "off"]) is not None
    assert turns("can", "have")
    assert not turns("turn")


def test_a_little_wrong_everywhere_is_asked_about() -> None:
    """No word is bad enough by itself, nor is the rival, nor the decoy."""
    poor = reading(
        ("<sil>", 20, -1), ("turn", 20, -5.2), ("off", 20, -5.2), ("fan", 30, -6.0), ("<sil>", 30, -1)
    )
    other = reading(
        ("<sil>", 20, -1), ("who", 20, -5), ("turned", 20, -5), ("it", 30, -3.9), ("<sil>", 30, -1)
    )
    agrees = verdict(poor, poor, None, VOICE)
    assert agrees.refused is None
    assert verdict(poor, other, None, VOICE).ask
    assert not verdict(poor, other, None, VOICE, 0.5).ask
    assert not against_decoy(agrees, Decoy("can", 20, 0)).ask


def test_a_doubtful_sentence_needs_less_of_a_decoy() -> None:
    poor = reading(
        ("<sil>", 20, -1), ("turn", 20, -5.5), ("off", 20, -5.5), ("fan", 30, -5.5), ("<sil>", 30, -1)
    )
    rival = (*poor[:3], Heard("can", 60, 90, 30 * -3.7), poor[4])
    doubtful = verdict(poor, rival, None, VOICE)
    assert doubtful.refused is None
    assert against_decoy(doubtful, Decoy("can", 55, 0)).ask
    assert not against_decoy(verdict(GOOD, GOOD, None, VOICE), Decoy("can", 55, 0)).ask


def test_a_few_words_that_fit_poorly_may_be_a_clipped_beginning() -> None:
    poor = reading(("<sil>", 20, -1), ("turn", 20, -6), ("off", 20, -6), ("fan", 30, -6), ("<sil>", 30, -1))
    heard = verdict(poor, poor, None, VOICE)
    assert heard.firm
    assert not replace(heard, text="turn off", odds=-2.0).firm
    assert replace(heard, text="turn off", odds=-3.0).firm


def test_only_what_fits_well_needs_no_decoys() -> None:
    poor = reading(("<sil>", 20, -1), ("turn", 20, -6), ("off", 20, -6), ("fan", 30, -6), ("<sil>", 30, -1))
    assert verdict(GOOD, GOOD, None, VOICE).clear
    assert not verdict(poor, poor, None, VOICE).clear
    assert not verdict(GOOD, GOOD, None, [False] * 20 + [True] * 100).clear

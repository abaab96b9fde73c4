"""Scripted engines: words ride inside sound and come out again, whatever is done to it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import scripted
from assistant.errors import EngineError
from assistant.messages import (
    ChatMessage,
    LlmUsage,
    PrefillProgress,
    Prompt,
    SpeechChunk,
    TextDelta,
    ToolCall,
    Transcript,
)
from assistant.pcm import resample, samples
from tests.voices import gain

COMMAND = "hey jarvis turn on the kitchen light"


def never() -> bool:
    return False


def chunks(pcm: bytes, size: int = 1024) -> Iterator[SpeechChunk]:
    for at in range(0, len(pcm), size):
        yield SpeechChunk(pcm[at : at + size], at // 2, voiced=True)


def loaded(engine: Any) -> Any:
    engine.load()
    return engine


def final(pcm: bytes, **options: Any) -> Transcript:
    *_, last = loaded(scripted.ScriptedStt(options)).transcribe(chunks(pcm), never)
    assert isinstance(last, Transcript)
    assert last.final
    return last


# ── words in sound ───────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=12)))
def test_any_words_come_back(said: list[str]) -> None:
    text = " ".join(" ".join(said).split())
    assert scripted.read_back(scripted.words(text)) == text


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=40))
def test_any_cutting_gives_the_same_words(sizes: list[int]) -> None:
    pcm = scripted.silence(0.1) + scripted.words("what's the time please") + scripted.silence(0.1)
    reader, heard, at = scripted.WordReader(), list[str](), 0
    for size in [*sizes, len(pcm)]:
        heard += reader.feed(pcm[at : at + 2 * size])
        at += 2 * size
    assert heard == ["what's", "the", "time", "please"]


@given(st.integers(0, 6000))
def test_a_listener_may_join_in_the_middle_of_a_word(at: int) -> None:
    heard = scripted.read_back(scripted.words(COMMAND)[2 * at :])
    assert COMMAND.endswith(heard)
    assert len(heard.split()) >= 3


@pytest.mark.parametrize("db", [-30, -12, 6, 20])
def test_words_survive_ducking_and_clipping(db: float) -> None:
    assert scripted.read_back(gain(samples(scripted.words(COMMAND)), db).tobytes()) == COMMAND


@pytest.mark.parametrize("rate_hz", [22_050, 24_000, 44_100, 48_000])
def test_words_survive_resampling(rate_hz: int) -> None:
    there = resample(samples(scripted.words(COMMAND)), 16_000, rate_hz)
    assert scripted.read_back(there.tobytes(), rate_hz) == COMMAND


def test_the_louder_voice_is_heard() -> None:
    loud = samples(scripted.words("jarvis stop now")).astype(np.int32)
    soft = np.resize(samples(scripted.words("the weather is fine today", peak=5_000)), len(loud))
    assert scripted.read_back((loud + soft).astype("<i2").tobytes()) == "jarvis stop now"


def test_noise_and_silence_hold_no_words() -> None:
    noise = np.random.default_rng(3).integers(-20_000, 20_000, 160_000).astype("<i2").tobytes()
    assert scripted.read_back(noise) == ""
    assert scripted.read_back(scripted.silence(5)) == ""


def test_words_last_about_as_long_as_speech() -> None:
    seconds = len(scripted.words("turn on the light in the living room")) / 32_000
    assert 0.6 <= seconds <= 1.5


# ── ears ─────────────────────────────────────────────────────────────────────────────────────────


def test_wake_fires_on_the_last_sample_of_its_phrase() -> None:
    wake, phrase = scripted.ScriptedWake(), scripted.words("Hey, Jarvis!")
    assert wake.process(scripted.words("good morning") + phrase[:-2]) == 0.0
    assert wake.process(phrase[-2:]) == 1.0
    assert wake.process(scripted.words("jarvis")) == 0.0


def test_wake_forgets_on_reset() -> None:
    wake = scripted.ScriptedWake({"phrase": "okay house"})
    wake.process(scripted.words("okay"))
    wake.reset()
    assert wake.process(scripted.words("house")) == 0.0
    assert wake.process(scripted.words("okay house")) == 1.0


def test_vad_hears_words_and_not_room_tone() -> None:
    vad = scripted.ScriptedVad()
    tone = np.random.default_rng(3).integers(-60, 60, 512 * 4).astype("<i2").tobytes()
    assert vad.process(tone[:100]) == []
    assert vad.process(tone[100:]) == [0.01] * 4
    assert set(vad.process(scripted.words("hello there"))) == {0.99}


def test_stt_gives_a_partial_a_word_and_one_final() -> None:
    engine = loaded(scripted.ScriptedStt({}))
    got = list(engine.transcribe(chunks(scripted.words(COMMAND)), never))
    assert [t.text for t in got[2:]] == [
        "turn",
        "turn on",
        "turn on the",
        "turn on the kitchen",
        "turn on the kitchen light",
        "turn on the kitchen light",
    ]
    assert [t.final for t in got] == [False] * 7 + [True]


@pytest.mark.parametrize("head", ["hey jarvis ", "jarvis ", ""])
def test_stt_strips_what_is_left_of_the_wake_phrase(head: str) -> None:
    assert final(scripted.words(head + "stop")).text == "stop"
    assert final(scripted.words("hey you")).text == "hey you"


def test_stt_refuses_silence_and_what_it_is_told_to() -> None:
    assert final(scripted.silence(1)).refused == "no words were heard"
    assert final(scripted.words("set a timer"), refuse=["set a timer"]).refused == "scripted"
    assert final(scripted.words("set a timer"), ask=["set a timer"]).ask


# ── mouth and mind ───────────────────────────────────────────────────────────────────────────────


def test_tts_says_what_it_is_given() -> None:
    engine = loaded(scripted.ScriptedTts({"rate_hz": 22_050}))
    said = list(engine.synthesize("It's seven o'clock.", never))
    assert {sound.rate_hz for sound in said} == {22_050}
    assert len(said) == 3
    pcm = b"".join(sound.pcm for sound in said)
    assert scripted.read_back(pcm, 22_050) == "It's seven o'clock."
    assert list(engine.synthesize("  ", never)) == []


def answer(options: dict[str, Any], *messages: ChatMessage) -> list[Any]:
    engine = loaded(scripted.ScriptedLlm(options))
    return list(engine.converse(Prompt(messages), never))


def test_llm_follows_its_script_round_by_round() -> None:
    options = {"replies": {"time?": [[{"tool": "time_now"}], ["It is {result}."]]}}
    asked = ChatMessage("user", "time?")
    first = answer(options, asked)
    call = ToolCall("call_0_0", "time_now", {})
    assert [type(item) for item in first] == [PrefillProgress, ToolCall, LlmUsage]
    assert first[1] == call
    told = ChatMessage("tool", "seven", call_id=call.id, name="time_now")
    second = answer(options, asked, ChatMessage("assistant", "", (call,)), told)
    assert "".join(item.text for item in second if isinstance(item, TextDelta)) == "It is seven. "


def test_llm_has_a_default_and_can_say_nothing() -> None:
    options: dict[str, Any] = {"replies": {"hm": []}}
    assert [type(item) for item in answer(options, ChatMessage("user", "hm"))] == [PrefillProgress, LlmUsage]
    assert any(isinstance(item, TextDelta) for item in answer(options, ChatMessage("user", "what")))


def test_llm_needs_a_question() -> None:
    with pytest.raises(EngineError, match="user"):
        answer({}, ChatMessage("system", "be nice"))


@pytest.mark.parametrize("engine", [scripted.ScriptedStt, scripted.ScriptedLlm, scripted.ScriptedTts])
def test_bad_options_are_named(engine: Any) -> None:
    with pytest.raises(EngineError, match=r"fault\.kind"):
        engine({"fault": {"kind": "sulk"}})
    with pytest.raises(EngineError, match="colour"):
        engine({"colour": "red"})


def test_a_fault_that_comes_once_leaves_its_mark(tmp_path: Any) -> None:
    options: dict[str, Any] = {"fault": {"kind": "error", "when": "boom", "once": str(tmp_path / "done")}}
    engine = loaded(scripted.ScriptedTts(options))
    assert len(list(engine.synthesize("all quiet", never))) == 2
    with pytest.raises(EngineError, match="scripted to fail"):
        list(engine.synthesize("boom", never))
    assert len(list(engine.synthesize("boom", never))) == 1

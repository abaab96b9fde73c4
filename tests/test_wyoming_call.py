"""Engines on other boxes: real sound over the protocol, and servers that are gone, stuck or mean."""

import ipaddress
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from wyoming.event import Event

from assistant import lan, wyoming_call
from assistant.errors import EngineError, EngineTimeout
from assistant.hear.stt.wyoming import LONGEST_TEXT
from assistant.hear.stt.wyoming import Wyoming as Ear
from assistant.messages import SpeechChunk, Transcript
from assistant.speak.tts.wyoming import LONGEST_S
from assistant.speak.tts.wyoming import Wyoming as Voice
from assistant.wyoming_call import host_and_port, locate
from assistant.wyoming_wire import encode_event
from tests.wyoming_server import never, serving

VOICED = [SpeechChunk(bytes(1024), at * 512, voiced=True) for at in range(20)]


def event(kind: str, payload: Any = None, **data: Any) -> bytes:
    return encode_event(Event(kind, data, payload))


def ear(address: str, **more: Any) -> Ear:
    return Ear({"address": address, "patience_s": 0.4, "connect_s": 0.4, **more})


def voice(address: str, **more: Any) -> Voice:
    return Voice({"address": address, "patience_s": 0.4, "connect_s": 0.4, **more})


def hear(server: Any, speech: list[SpeechChunk] = VOICED, **more: Any) -> list[Transcript]:
    return list(ear(server.address, **more).transcribe(iter(speech), never))


# ── the ear ──────────────────────────────────────────────────────────────────────────────────────


def test_the_words_come_without_the_wake_word() -> None:
    with serving([event("transcript", text=" Hey Jarvis, turn on\nthe light. ")]) as server:
        (heard,) = hear(server, wake_phrases=["hey jarvis"])
    assert (heard.text, heard.final, heard.refused) == ("Turn on the light.", True, None)


def test_it_hears_the_speech_as_it_is_spoken() -> None:
    """The second half is said only when the first has arrived."""
    with serving() as server:
        arrived = threading.Event()

        def speech() -> Iterator[SpeechChunk]:
            yield from VOICED[:10]
            for _ in range(500):
                if server.asked.count("audio-chunk") >= 5:
                    arrived.set()
                    break
                threading.Event().wait(0.01)
            yield from VOICED[10:]

        list(Ear({"address": server.address, "model": "tiny"}).transcribe(speech(), never))
        assert arrived.is_set()
        assert server.said[0].data == {"language": "en", "name": "tiny"}
        assert server.asked[:2] == ["transcribe", "audio-start"]
        assert server.asked[-1] == "audio-stop"


def test_sound_without_voice_does_not_leave_the_house() -> None:
    silent = [SpeechChunk(bytes(1024), 0, voiced=False)] * 50
    with serving() as server:
        (heard,) = hear(server, silent)
        assert heard.refused == "no voice in the sound"
        assert server.asked == []


@pytest.mark.parametrize("text", ["", " ", "…", "?!"])
def test_no_words_are_a_refusal(text: str) -> None:
    with serving([event("transcript", text=text)]) as server:
        assert hear(server)[-1].refused == "no words in the sound"


MEAN: dict[str, tuple[list[bytes], bool, str]] = {
    "hangs up": ([], False, "hung up"),
    "is silent": ([], True, "says nothing"),
    "no protocol": ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], True, "nonsense"),
    "a line without end": ([b"x" * 100_000] * 20, True, "nonsense"),
    "a length of 4 GB": ([b'{"type":"transcript","payload_length":4294967296}\n'], True, "nonsense"),
    "a text that is none": ([event("transcript", text=7)], True, "none"),
    "no text": ([event("transcript")], True, "none"),
    "a text without end": ([event("transcript", text="a" * (LONGEST_TEXT + 1))], True, "none"),
    "an error": ([event("error", text="no such model", code="x")], True, "no such model"),
    "an error that is none": ([event("error", text=[1])], True, "refuses"),
    "other events without end": ([event("transcript-chunk", text="a")] * 1000, True, "without end"),
    "half an event": ([b'{"type":"transcript","data_length":50}\n{"te'], True, "says nothing"),
}


@pytest.mark.parametrize("mean", MEAN.values(), ids=MEAN)
def test_a_bad_server_is_an_engine_error_of_the_ear(mean: tuple[list[bytes], bool, str]) -> None:
    script, hangs, told = mean
    with serving(script, hangs=hangs) as server, pytest.raises(EngineError, match=told):
        hear(server)


def test_a_server_that_is_gone_or_stuck_is_an_engine_error() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        gone = f"127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(EngineError, match="is not there"):
            list(ear(gone).transcribe(iter(VOICED), never))
        with pytest.raises(EngineError, match="is not there"):
            list(voice(gone).synthesize("Hello.", never))


def test_a_server_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wyoming_call, "TAKEN_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as stuck:
        loud = [SpeechChunk(bytes(1_000_000), 0, voiced=True)] * 100
        with pytest.raises(EngineTimeout, match="took nothing"):
            list(ear(f"127.0.0.1:{stuck.getsockname()[1]}").transcribe(iter(loud), never))


# ── the voice ────────────────────────────────────────────────────────────────────────────────────


def test_a_text_is_spoken_by_the_voice_that_was_chosen() -> None:
    with serving() as server:
        speaking = Voice({"address": server.address, "voice": "lessac", "speaker": "p1"})
        sounds = list(speaking.synthesize("Dinner is ready.", never))
        assert sum(len(sound.pcm) for sound in sounds) / 2 / sounds[0].rate_hz > 0.5
        assert server.said[0].data == {
            "text": "Dinner is ready.",
            "voice": {"name": "lessac", "speaker": "p1"},
        }


def test_a_long_text_is_asked_for_a_breath_at_a_time_and_nothing_sayable_not_at_all() -> None:
    with serving() as server:
        speaking = Voice({"address": server.address})
        list(speaking.synthesize("The kitchen light is on. " * 12, never))
        assert [len(each.data["text"]) <= 200 for each in server.said] == [True, True]
        assert list(speaking.synthesize(" …?! ", never)) == []
        assert len(server.said) == 2


SOUND = {"rate": 16_000, "width": 2, "channels": 1}
MEAN_VOICES: dict[str, tuple[list[bytes], str]] = {
    "hangs up": ([event("audio-start", **SOUND)], "hung up"),
    "24 bit": ([event("audio-chunk", b"abc", **{**SOUND, "width": 3})], "16 bit"),
    "stereo": ([event("audio-chunk", b"abcd", **{**SOUND, "channels": 2})], "mono"),
    "no rate": ([event("audio-chunk", b"ab")], "16 bit"),
    "a rate that is none": ([event("audio-chunk", b"ab", **{**SOUND, "rate": "16000"})], "16 bit"),
    "half a sample": ([event("audio-chunk", b"abc", **SOUND)], "half"),
    "a chunk of 4 GB": ([b'{"type":"audio-chunk","payload_length":4294967296}\n'], "nonsense"),
    "an error": ([event("error", text="no such voice")], "no such voice"),
    "speech without end": ([event("audio-chunk", bytes(960_000), **SOUND)] * 6, "speaks without end"),
    "no sound without end": ([event("audio-chunk", **SOUND)] * 500, "without end"),
}


@pytest.mark.parametrize("mean", MEAN_VOICES.values(), ids=MEAN_VOICES)
def test_a_bad_server_is_an_engine_error_of_the_voice(mean: tuple[list[bytes], str]) -> None:
    assert LONGEST_S < 6 * 30
    with serving(mean[0]) as server, pytest.raises(EngineError, match=mean[1]):
        list(voice(server.address).synthesize("Hello.", never))


# ── both ─────────────────────────────────────────────────────────────────────────────────────────


def listening(address: str, cancelled: Callable[[], bool]) -> list[Any]:
    return list(ear(address, patience_s=30).transcribe(iter(VOICED), cancelled))


def speaking(address: str, cancelled: Callable[[], bool]) -> list[Any]:
    return list(voice(address, patience_s=30).synthesize("Hello.", cancelled))


@pytest.mark.parametrize("work", [listening, speaking])
def test_a_cancelled_call_hangs_up_on_a_silent_server(work: Callable[..., list[Any]]) -> None:
    with serving([b""], hangs=True) as server:
        looks = iter([False] * 12)
        assert work(server.address, lambda: next(looks, True)) == []
        assert server.gone.wait(60)


def test_only_servers_at_home_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError, match="outside your network"):
        locate("8.8.8.8:10300")
    mixed = [ipaddress.ip_address("192.168.1.2"), ipaddress.ip_address("8.8.8.8")]
    monkeypatch.setattr(wyoming_call, "look_up", lambda host, port: mixed)
    with pytest.raises(EngineError, match="outside your network"):
        locate("box.lan:10300")
    assert lan.at_home(mixed[0])


def test_an_address_is_host_and_port() -> None:
    assert host_and_port("box.lan:10300") == ("box.lan", 10300)
    assert host_and_port("[fe80::1]:10300") == ("fe80::1", 10300)
    for bad in ("", "box", "box:", ":10300", "box:0", "box:65536", "box:x", "box:१"):
        with pytest.raises(EngineError, match="no address"):
            host_and_port(bad)
        with pytest.raises(EngineError, match="no address"):
            ear(bad).load()


SOME_DATA = some.dictionaries(
    some.sampled_from(["text", "rate", "width", "channels"]),
    some.none() | some.booleans() | some.integers() | some.text(max_size=5) | some.lists(some.integers()),
)


@settings(max_examples=40, deadline=None)
@given(
    some.lists(
        some.tuples(some.sampled_from(["transcript", "audio-chunk", "error", "audio-stop", "x"]), SOME_DATA),
        max_size=5,
    ),
    some.binary(max_size=40),
)
def test_whatever_a_server_says_is_an_answer_or_an_engine_error(
    said: list[tuple[str, dict[str, Any]]], junk: bytes
) -> None:
    lines = [json.dumps({"type": kind, "data": data}).encode() + b"\n" for kind, data in said]
    with serving([*lines, junk]) as server:
        for work in (lambda: hear(server), lambda: list(voice(server.address).synthesize("Hello.", never))):
            with suppress(EngineError):
                work()

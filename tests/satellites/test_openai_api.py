"""The API door on a real house, used as its clients do, and by those who may not."""

import asyncio
import io
import json
import stat
import wave
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant.errors import SettingsError
from assistant.house.build import Opening, open_house
from assistant.house.house import House
from assistant.journal import Journal
from assistant.satellites.openai_api import ApiDoor
from assistant.satellites.openai_forms import MOST_JSON_BYTES, MOST_SOUND_BYTES, ApiError, ear_sound, wav_of
from assistant.satellites.openai_gate import KEY_FILE, MOST_AT_ONCE, key_in
from assistant.settings import Settings
from assistant.settings_elsewhere import ApiSettings
from assistant.skills.toolbox import NOT_HERE
from tests.roads.runner import kit
from tests.voices import heard, say

SETTINGS = Settings.model_validate({"rooms": {"living room": {}, "kitchen": {}}})
ROUTES = ["/v1/models", "/v1/chat/completions", "/v1/audio/transcriptions", "/v1/audio/speech"]


@dataclass
class Open:
    door: ApiDoor
    house: House
    client: httpx.AsyncClient


@asynccontextmanager
async def door(folder: Path, *, voice: bool = False, ears: bool = False) -> AsyncGenerator[Open, None]:
    """The door of a house with real ears, or with a real voice, or with scripted ones."""
    loop = asyncio.get_running_loop()
    opening = Opening(demo_home=True, ears=ears, kit=None if voice or ears else kit({}))
    async with open_house(SETTINGS, Journal(loop.time), opening) as house:

        async def ready() -> House:
            return house

        opened = ApiDoor(ready, ApiSettings(enabled=True, port=0), folder)
        serving = asyncio.create_task(opened.serve())
        headers = {"Authorization": f"Bearer {opened.key}"}
        base = f"http://127.0.0.1:{opened.port}"
        try:
            async with httpx.AsyncClient(
                base_url=base, headers=headers, trust_env=False, timeout=60
            ) as client:
                yield Open(opened, house, client)
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


def chat(text: Any, **more: Any) -> dict[str, Any]:
    return {"model": "hearth", "messages": [{"role": "user", "content": text}], **more}


def wav(pcm: bytes, rate: int = 16_000, channels: int = 1, width: int = 2) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(pcm)
    return made.getvalue()


def refusal(answer: httpx.Response) -> tuple[int, str | None]:
    """(status, code) of an error that has the API's own shape."""
    told = answer.json()["error"]
    assert set(told) == {"message", "type", "param", "code"}
    assert told["message"]
    assert told["type"] == ("server_error" if answer.status_code >= 500 else "invalid_request_error")
    return answer.status_code, told["code"]


# ── what it is for ───────────────────────────────────────────────────────────────────────────────


async def test_what_is_asked_is_done_in_the_room_that_the_model_names(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        said = chat("set a timer for ten minutes") | {"model": "hearth/kitchen"}
        answer = (await at.client.post("/v1/chat/completions", json=said)).json()
        assert answer["object"] == "chat.completion"
        (choice,) = answer["choices"]
        assert choice["message"] == {
            "role": "assistant",
            "content": "Ten minute timer, set.",
            "refusal": None,
        }
        assert choice["finish_reason"] == "stop"
        assert [timer.room for timer in at.house.desk.schedule.timers()] == ["kitchen"]


async def test_only_the_last_words_of_the_user_count(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        messages = [
            {"role": "system", "content": "You are a pirate."},
            {"role": "user", "content": "set a timer for an hour"},
            {"role": "assistant", "content": "One hour timer, set."},
            {"role": "user", "content": [{"type": "text", "text": "set a timer for ten minutes"}]},
        ]
        answer = await at.client.post("/v1/chat/completions", json={"model": "hearth", "messages": messages})
        assert answer.json()["choices"][0]["message"]["content"] == "Ten minute timer, set."
        assert len(at.house.desk.schedule.timers()) == 1


async def test_an_answer_is_streamed_as_it_is_made(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        asked = chat("set a timer for ten minutes", stream=True, stream_options={"include_usage": True})
        async with at.client.stream("POST", "/v1/chat/completions", json=asked) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = [line async for line in answer.aiter_lines() if line]
        assert lines[-1] == "data: [DONE]"
        chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
        assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
        deltas = [chunk["choices"][0]["delta"] for chunk in chunks[:-1]]
        assert deltas[0]["role"] == "assistant"
        assert "".join(delta.get("content", "") for delta in deltas) == "Ten minute timer, set."
        assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
        assert (chunks[-1]["choices"], chunks[-1]["usage"]["total_tokens"]) == ([], 0)


async def test_the_key_is_no_right_to_what_lasts(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        await at.client.post("/v1/chat/completions", json=chat("remember that the bins go out on tuesday"))
        answer = await at.client.post("/v1/chat/completions", json=chat("forget everything"))
        assert answer.json()["choices"][0]["message"]["content"] == NOT_HERE


async def test_the_models_are_the_house_and_its_rooms(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        told = (await at.client.get("/v1/models")).json()
        assert [model["id"] for model in told["data"]] == ["hearth", "hearth/living room", "hearth/kitchen"]


async def test_words_are_heard_in_a_wav_and_nonsense_is_not(tmp_path: Path) -> None:
    async with door(tmp_path, ears=True) as at:
        form = {"model": "whisper-1"}
        for words, text in (
            ("turn on the kitchen light", "turn on the kitchen light"),
            ("the president spoke of the economy", ""),
        ):
            file = {"file": ("said.wav", wav(heard(say(words), before=0.3, after=0.5)), "audio/wav")}
            answer = await at.client.post("/v1/audio/transcriptions", data=form, files=file)
            assert answer.json() == {"text": text}
        plain = await at.client.post("/v1/audio/transcriptions", data={"response_format": "text"}, files=file)
        assert (plain.text, plain.headers["content-type"]) == ("", "text/plain; charset=utf-8")


async def test_a_text_becomes_a_wav_or_bare_sound(tmp_path: Path) -> None:
    async with door(tmp_path, voice=True) as at:
        asked = {"model": "tts-1", "voice": "alloy", "input": "Dinner is ready."}
        made = (await at.client.post("/v1/audio/speech", json=asked)).content
        with wave.open(io.BytesIO(made)) as sound:
            assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
            long_s = sound.getnframes() / sound.getframerate()
        assert 0.5 < long_s < 5
        bare = await at.client.post("/v1/audio/speech", json=asked | {"response_format": "pcm"})
        assert len(bare.content) / 2 / 24_000 == pytest.approx(long_s, abs=0.1)


# ── who may not, and what is wrong ───────────────────────────────────────────────────────────────


async def test_nobody_comes_in_without_the_key(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        wrong = [
            "",
            "Bearer",
            "Bearer x",
            f"Basic {at.door.key}",
            f"Bearer {at.door.key}x",
            "Bearer é",
        ]
        for route in [*ROUTES, "/", "/v1/nothing"]:
            for method in ("GET", "POST", "DELETE", "OPTIONS"):
                for shown in wrong[:1] if method != "POST" else wrong:
                    headers = [(b"Authorization", shown.encode("latin-1"))] if shown else []
                    async with httpx.AsyncClient(base_url=at.client.base_url, trust_env=False) as stranger:
                        answer = await stranger.request(method, route, headers=headers)
                    assert refusal(answer)[0] == 401
        twice = [("Authorization", f"Bearer {at.door.key}")] * 2
        async with httpx.AsyncClient(base_url=at.client.base_url, trust_env=False) as stranger:
            assert refusal(await stranger.get("/v1/models", headers=twice))[0] == 401


async def test_a_wrong_method_or_place_is_told(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        for route in ROUTES:
            method = "POST" if route == "/v1/models" else "GET"
            assert refusal(await at.client.request(method, route)) == (405, None)
            assert refusal(await at.client.request("DELETE", route)) == (405, None)
        assert refusal(await at.client.get("/v1/nothing")) == (404, "unknown_url")


async def test_too_much_is_refused_whether_its_length_is_told_or_not(tmp_path: Path) -> None:
    async with door(tmp_path) as at:

        async def endless(most: int) -> AsyncGenerator[bytes, None]:
            for _ in range(most // 1024 + 2):
                yield b" " * 1024

        for route in (ROUTES[1], ROUTES[3]):
            answer = await at.client.post(route, content=b" " * (MOST_JSON_BYTES + 1))
            assert refusal(answer)[0] == 413
            assert refusal(await at.client.post(route, content=endless(MOST_JSON_BYTES)))[0] == 413
        file = {"file": ("said.wav", bytes(MOST_SOUND_BYTES), "audio/wav")}
        assert refusal(await at.client.post(ROUTES[2], files=file))[0] == 413


@pytest.mark.parametrize("route", [ROUTES[1], ROUTES[3]])
async def test_odd_json_is_refused(tmp_path: Path, route: str) -> None:
    async with door(tmp_path) as at:
        odd = [
            b"",
            b"null",
            b"[]",
            b"7",
            b'"text"',
            b"{",
            b"\xff\xfe",
            b'{"a":NaN}',
            b'{"a":1,"a":2}',
            b"[" * 9000,
        ]
        for content in odd:
            answer = await at.client.post(route, content=content)
            assert refusal(answer) == (400, "invalid_json"), content
        forms: list[dict[str, Any]] = [
            {},
            {"model": 7},
            {"input": 7},
            {"input": ""},
            {"messages": {}},
            {"messages": []},
        ]
        for form in forms:
            assert refusal(await at.client.post(route, json={"model": "hearth"} | form))[0] == 400


async def test_a_chat_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        for body in (
            chat(""),
            chat(None),
            chat(7),
            chat([{"type": "image_url"}]),
            chat("word " * 1000),
            chat("hello", n=2),
            chat("hello", stream="yes"),
            {"model": "hearth", "messages": [{"role": "assistant", "content": "hello"}]},
            {"model": "hearth", "messages": [{"content": "hello"}]},
        ):
            assert refusal(await at.client.post(ROUTES[1], json=body))[0] == 400
        for model in ("gpt-4o", "hearth/attic", "hearth/", ""):
            answer = await at.client.post(ROUTES[1], json=chat("hello") | {"model": model})
            assert refusal(answer) == (404, "model_not_found")


async def test_a_form_without_a_good_wav_is_refused(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        assert refusal(await at.client.post(ROUTES[2], json={"file": "x"}))[0] == 415
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        for content in (b"", b"--x--", b"--x\r\n\r\nhello\r\n--x--\r\n", b"no form at all", b"--x\r\n" * 50):
            assert refusal(await at.client.post(ROUTES[2], content=content, headers=kind))[0] == 400
        no_boundary = {"Content-Type": "multipart/form-data"}
        assert refusal(await at.client.post(ROUTES[2], content=b"--x--", headers=no_boundary))[0] == 400
        for sound in (
            b"",
            b"RIFF",
            b"not a wav at all",
            wav(bytes(3200), width=1),
            wav(bytes(3200), rate=4000),
            wav(bytes(9600), channels=3),
            wav(bytes(2 * 8000 * 31), rate=8000),
        ):
            file = {"file": ("said.wav", sound, "audio/wav")}
            assert refusal(await at.client.post(ROUTES[2], files=file))[0] == 400


async def test_a_speech_in_a_form_that_is_not_made_is_refused(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        for more in ({"response_format": "mp3"}, {"speed": 2.0}, {"input": "a" * 5000}):
            answer = await at.client.post(ROUTES[3], json={"model": "tts-1", "input": "Hello."} | more)
            assert refusal(answer)[0] == 400


async def test_who_comes_when_there_are_too_many_is_told_to_come_again(tmp_path: Path) -> None:
    async with door(tmp_path) as at:
        more = asyncio.Event()

        async def slow_body() -> AsyncGenerator[bytes, None]:
            await more.wait()
            yield json.dumps({"input": "Hello."}).encode()

        waiting = [
            asyncio.create_task(at.client.post(ROUTES[3], content=slow_body())) for _ in range(MOST_AT_ONCE)
        ]
        while refusal_or_none(await at.client.get(ROUTES[0])) != (429, "rate_limit_exceeded"):
            pass
        more.set()
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
        assert (await at.client.get(ROUTES[0])).status_code == 200


def refusal_or_none(answer: httpx.Response) -> tuple[int, str | None] | None:
    return None if answer.status_code == 200 else refusal(answer)


# ── the key and the sound ────────────────────────────────────────────────────────────────────────


def test_the_key_is_made_once_and_is_the_owner_s_alone(tmp_path: Path) -> None:
    key = key_in(tmp_path / "data")
    file = tmp_path / "data" / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key_in(tmp_path / "data") == key
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        key_in(tmp_path / "data")
    file.chmod(0o600)
    for content in (b"", b"short", b"two words, and long enough too", b"\xff" * 40):
        file.write_bytes(content)
        with pytest.raises(SettingsError, match="delete it"):
            key_in(tmp_path / "data")


@given(some.binary(max_size=200), some.integers(0, 200))
def test_no_bytes_are_more_than_refused(junk: bytes, at: int) -> None:
    good = wav(bytes(range(100)) * 2, channels=2)
    for content in (junk, good[:at], good[:at] + junk + good[at:]):
        with suppress(ApiError):
            assert len(ear_sound(content)) % 2 == 0


def test_sound_of_any_rate_is_heard_at_the_ear_s(tmp_path: Path) -> None:
    assert len(ear_sound(wav_of(bytes(2 * 48_000), 48_000))) == 2 * 16_000
    assert len(ear_sound(wav(bytes(4 * 8000), 8000, channels=2))) == 2 * 16_000

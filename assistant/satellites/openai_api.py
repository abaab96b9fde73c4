"""The API door of the hub: programs that speak OpenAI's API use its mind, its ears and its voice.

Whoever comes shows the key, a secret file of this house. It tells which program may come, not who speaks
through it, or what that person has read on some web page: nothing that lasts can be asked for (risk class 1).
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from assistant.errors import AssistantError, SettingsError, WireError
from assistant.house.house import House
from assistant.messages import Sound, Turn
from assistant.pcm import Resampler, samples
from assistant.satellites.http_door import bound, serve
from assistant.satellites.openai_forms import (
    ApiError,
    Chat,
    Speech,
    ear_sound,
    json_form,
    upload,
    wav_of,
)
from assistant.satellites.openai_gate import Gate, key_in
from assistant.settings_elsewhere import ApiSettings

NAME: Final = "hearth"
"""The model; NAME/kitchen is the same as heard in the kitchen."""
PCM_RATE_HZ: Final = 24_000
"""Of `response_format: pcm`, as the API has it."""
PIECE_BYTES: Final = 32_000
HIGHEST_RISK: Final = 1
Answer = Callable[[Request, House], Awaitable[Response]]


class OpenAiApi:
    """The routes."""

    def __init__(self, house: Callable[[], Awaitable[House]]) -> None:
        self._house = house

    def app(self, key: str) -> Gate:
        """The application behind its gate."""
        routes = [
            Route("/v1/models", self._guarded(self._models), methods=["GET"]),
            Route("/v1/chat/completions", self._guarded(self._chat), methods=["POST"]),
            Route("/v1/audio/transcriptions", self._guarded(self._transcribe), methods=["POST"]),
            Route("/v1/audio/speech", self._guarded(self._speak), methods=["POST"]),
        ]
        return Gate(Starlette(routes=routes, exception_handlers={HTTPException: _not_here}), key)

    def _guarded(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def within(request: Request) -> Response:
            try:
                return await answer(request, await self._house())
            except ApiError as error:
                return error.response()
            except WireError as error:
                return ApiError(503, str(error), code="not_ready").response()
            except AssistantError as error:
                return ApiError(500, str(error), code=type(error).__name__).response()

        return within

    async def _models(self, request: Request, house: House) -> Response:
        names = [NAME, *(f"{NAME}/{room}" for room in house.names)]
        told = [{"id": name, "object": "model", "created": 0, "owned_by": NAME} for name in names]
        return JSONResponse({"object": "list", "data": told})

    async def _chat(self, request: Request, house: House) -> Response:
        chat = await json_form(Chat, request)
        text, turn = chat.said(), _turn(house, chat.model)
        about = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": chat.model}
        if chat.stream:
            usage = chat.stream_options is not None and chat.stream_options.include_usage
            events = _events(about, self._said(house, text, turn), usage=usage)
            return StreamingResponse(events, media_type="text/event-stream")
        async with aclosing(self._said(house, text, turn)) as pieces:
            said = "".join([piece async for piece in pieces])
        message = {"role": "assistant", "content": said, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return JSONResponse({**about, "object": "chat.completion", "choices": [choice], "usage": _USAGE})

    @staticmethod
    async def _said(house: House, text: str, turn: Turn) -> AsyncGenerator[str, None]:
        """The house's answer, sentence by sentence."""
        between = ""
        async with aclosing(house.sentences(text, turn)) as sentences:
            async for sentence in sentences:
                yield between + sentence.text
                between = " "

    async def _transcribe(self, request: Request, house: House) -> Response:
        wav, fields = await upload(request)
        how = fields.get("response_format", "json")
        if how not in ("json", "text"):
            raise ApiError(400, "response_format is json or text", param="response_format")
        pcm = await asyncio.to_thread(ear_sound, wav)
        heard = await house.offered.transcript(_pieces(pcm))
        text = heard.text if heard.refused is None and not heard.ask else ""
        return PlainTextResponse(text) if how == "text" else JSONResponse({"text": text})

    async def _speak(self, request: Request, house: House) -> Response:
        asked = await json_form(Speech, request)
        if asked.response_format == "pcm":
            return StreamingResponse(await _begun(_pcm(house.speech(asked.input))), media_type="audio/pcm")
        async with aclosing(house.speech(asked.input)) as sounds:
            made = [sound async for sound in sounds]
        rate_hz = made[0].rate_hz if made else PCM_RATE_HZ
        wav = wav_of(b"".join(sound.pcm for sound in made), rate_hz)
        return Response(wav, media_type="audio/wav")


_USAGE: Final = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
"""Nobody pays here."""


async def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return ApiError(405, f"{request.method} does not go with {request.url.path}").response()
    return ApiError(error.status_code, f"there is no {request.url.path}", code="unknown_url").response()


def _turn(house: House, model: str) -> Turn:
    name, slash, room = model.partition("/")
    wrong = f'there is no model "{model}"'
    try:
        turn = house.typed_turn(room if slash else None) if name == NAME else None
    except SettingsError as error:
        turn, wrong = None, str(error)
    if turn is None:
        told = f"{wrong}; GET /v1/models tells what there is"
        raise ApiError(404, told, code="model_not_found", param="model")
    return replace(turn, highest_risk=HIGHEST_RISK)


async def _events(
    about: dict[str, Any], said: AsyncGenerator[str, None], *, usage: bool
) -> AsyncGenerator[str, None]:
    def event(delta: dict[str, str], ends: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": ends}
        return _event({**about, "object": "chat.completion.chunk", "choices": [choice]})

    async with aclosing(said) as pieces:
        yield event({"role": "assistant", "content": ""})
        async for piece in pieces:
            yield event({"content": piece})
    yield event({}, "stop")
    if usage:
        yield _event({**about, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE})
    yield "data: [DONE]\n\n"


def _event(told: dict[str, Any]) -> str:
    return f"data: {json.dumps(told)}\n\n"


async def _pieces(pcm: bytes) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(pcm), PIECE_BYTES):
        yield pcm[at : at + PIECE_BYTES]


async def _pcm(sounds: AsyncGenerator[Sound, None]) -> AsyncGenerator[bytes, None]:
    resampler: Resampler | None = None
    async with aclosing(sounds):
        async for sound in sounds:
            resampler = resampler or Resampler(sound.rate_hz, PCM_RATE_HZ)
            yield resampler(samples(sound.pcm)).tobytes()
    if resampler is not None:
        yield resampler.flush().tobytes()


async def _begun(sound: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The same; a voice that fails at once fails before an answer has begun."""
    first = await anext(sound, b"")

    async def all_of_it() -> AsyncGenerator[bytes, None]:
        async with aclosing(sound):
            yield first
            async for piece in sound:
                yield piece

    return all_of_it()


class ApiDoor:
    """The API of a hub: bound at once, served while the hub lives."""

    def __init__(self, house: Callable[[], Awaitable[House]], chosen: ApiSettings, data_folder: Path) -> None:
        """SettingsError where its address or its key cannot be used."""
        self.key = key_in(data_folder)
        self._app = OpenAiApi(house).app(self.key)
        self._listening = bound(chosen.address, chosen.port, "api")

    @property
    def port(self) -> int:
        """The port it really has."""
        port: int = self._listening.getsockname()[1]
        return port

    async def serve(self) -> None:
        """Until cancelled."""
        await serve(self._app, self._listening)

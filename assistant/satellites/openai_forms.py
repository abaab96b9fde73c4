"""What programs that speak OpenAI's API send, checked; what they get when it was wrong."""

import asyncio
import io
import wave
from collections.abc import AsyncGenerator
from typing import Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from assistant.errors import WireError
from assistant.messages import EAR_RATE_HZ
from assistant.pcm import resample, samples
from assistant.strict_json import read_json

MOST_JSON_BYTES = 256 * 1024
"""A long conversation; only its last words are read."""
MOST_SOUND_BYTES = 6 * 1024 * 1024
"""30 s of stereo at 48 kHz."""
LONGEST_SOUND_S = 30
LONGEST_TEXT = 2000
"""Characters of what is said to the house."""
LONGEST_SPEECH = 4000
"""Characters of what it shall speak."""
MOST_MESSAGES = 2000
BODY_S = 30.0
"""A body is whole by then."""
_Form = TypeVar("_Form", bound=BaseModel)


class ApiError(Exception):
    """A request that is refused, as the API tells it."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.param = status, code, param

    def response(self) -> JSONResponse:
        """Its answer."""
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        told = {"message": str(self), "type": kind, "param": self.param, "code": self.code}
        return JSONResponse({"error": told}, self.status)


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Part(_Sent):
    type: str
    text: str = ""


class _Message(_Sent):
    role: str = Field(max_length=20)
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        """What was written; pictures and sounds are passed over."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        return " ".join(part.text for part in self.content if part.type == "text")


class _StreamOptions(_Sent):
    include_usage: bool = False


class Chat(_Sent):
    """`/v1/chat/completions`. The house keeps its own history, so only the last message of a user counts."""

    model: str = Field(max_length=200)
    messages: list[_Message] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool = False
    stream_options: _StreamOptions | None = None
    n: Literal[1] | None = None

    def said(self) -> str:
        """The last words of a user. ApiError where there are none, or too many."""
        texts = [message.text.strip() for message in self.messages if message.role == "user"]
        if not texts or not texts[-1]:
            raise ApiError(400, "there is no message of a user with a text", param="messages")
        if len(texts[-1]) > LONGEST_TEXT:
            raise ApiError(400, f"at most {LONGEST_TEXT} characters can be said at once", param="messages")
        return texts[-1]


class Speech(_Sent):
    """`/v1/audio/speech`. Whatever voice is named, it is the house's."""

    input: str = Field(min_length=1, max_length=LONGEST_SPEECH)
    model: str = Field(default="hearth", max_length=200)
    response_format: Literal["wav", "pcm"] = "wav"
    speed: float = Field(default=1.0, ge=1.0, le=1.0)


async def json_form(form: type[_Form], request: Request) -> _Form:
    """The body as this form. ApiError."""
    sent = b""
    async for piece in _body(request, MOST_JSON_BYTES):
        sent += piece
    try:
        return form.model_validate(read_json(sent))
    except WireError as error:
        raise ApiError(400, f"the body is no JSON object: {error}", code="invalid_json") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ApiError(400, f"{where}: {first['msg']}", param=where) from error


async def upload(request: Request) -> tuple[bytes, dict[str, str]]:
    """The `file` of a multipart form, and its other fields. ApiError."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise ApiError(415, "send a multipart/form-data form with a WAV as its file")
    parser = _Parser(request.headers, _body(request, MOST_SOUND_BYTES), max_files=1, max_fields=10)
    try:
        form = await parser.parse()
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise ApiError(400, "the form has no file", param="file")
        return await file.read(), {key: value for key, value in form.items() if isinstance(value, str)}
    except (MultiPartException, KeyError, ValueError) as error:
        raise ApiError(400, f"that form cannot be read: {error}") from error
    finally:
        parser.close()


class _Parser(MultiPartParser):
    spool_max_size = MOST_SOUND_BYTES  # what was said is never put on the disk

    def close(self) -> None:
        """Let go of what came, also of a form that broke off."""
        for file in self._files_to_close_on_error:
            file.close()


async def _body(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body in pieces. ApiError where it is too much, or does not come."""
    length = request.headers.get("content-length", "0")
    came = int(length) if length.isdecimal() and len(length) < 20 else most + 1
    if came <= most:
        came = 0
        try:
            async with asyncio.timeout(BODY_S):
                async for piece in request.stream():
                    came += len(piece)
                    if came > most:
                        break
                    yield piece
        except (TimeoutError, ClientDisconnect) as error:
            raise ApiError(408, f"the body was not whole within {BODY_S:g} s") from error
    if came > most:
        raise ApiError(413, f"that is too much: at most {most} bytes are taken")


def ear_sound(wav: bytes) -> bytes:
    """A WAV (16 bit, one or two channels) as the ears take it: mono s16le at 16 kHz. ApiError."""
    try:
        with wave.open(io.BytesIO(wav)) as sound:
            width, channels, rate = sound.getsampwidth(), sound.getnchannels(), sound.getframerate()
            pcm = sound.readframes(len(wav))
    except (wave.Error, EOFError, RuntimeError, ValueError) as error:
        raise ApiError(400, f"that is no WAV: {error or 'it ends too soon'}", param="file") from error
    if width != 2 or channels not in (1, 2) or not 8000 <= rate <= 96_000:
        raise ApiError(
            400, "only WAV of 16 bit, one or two channels, 8 to 96 kHz, is understood", param="file"
        )
    mono = samples(pcm[: len(pcm) // (2 * channels) * 2 * channels])
    if len(mono) > LONGEST_SOUND_S * rate * channels:
        raise ApiError(400, f"at most {LONGEST_SOUND_S} s of sound are listened to", param="file")
    if channels == 2:
        mono = (mono.reshape(-1, 2).astype(np.int32).sum(axis=1) // 2).astype(np.int16)
    return resample(mono, rate, EAR_RATE_HZ).tobytes()


def wav_of(pcm: bytes, rate_hz: int) -> bytes:
    """Mono sound with its header."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(pcm)
    return made.getvalue()

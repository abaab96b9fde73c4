"""One connection between the hub and a satellite: whole frames in and out, never silent for long."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Final

from assistant.errors import WireError
from assistant.paired.frames import STRANGER, Caps, Frame, FrameReader, Kind, encode_frame

READ_BYTES: Final = 16 * 1024
BEAT_S: Final = 1.0
SILENT_S: Final = 4.0
"""Each side is heard every second; one that is not for so long is gone, whatever the network says."""
TAKEN_S: Final = 4.0
"""What is sent is taken by then; else it would be kept here for a peer that never reads."""


class PairedLink:
    """Both directions of a TLS connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._frames = FrameReader()
        self._waiting: list[Frame] = []
        self._waited_s = 0.0
        """For the next whole frame: who sends it byte by byte says nothing either."""
        self._sending = asyncio.Lock()

    @property
    def certificate(self) -> bytes | None:
        """The other side's (DER); None where it shows none."""
        tls = self._writer.get_extra_info("ssl_object")
        found: bytes | None = tls.getpeercert(binary_form=True)
        return found

    @property
    def address(self) -> str:
        """Where the other side is."""
        return str(self._writer.get_extra_info("peername")[0])

    def trust(self, caps: Caps) -> None:
        """The other side has shown who it is: longer frames from now on."""
        self._frames.caps = caps

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """What the other side says until it hangs up, beats left out. WireError for nonsense or silence."""
        while True:
            while self._waiting:
                frame = self._waiting.pop(0)
                if frame.kind is not Kind.BEAT:
                    yield frame
            data = await self._read()
            if not data:
                return
            whole = self._frames.feed(data)
            if whole:
                self._waited_s = 0.0
            self._waiting += whole

    async def next(self, kind: Kind) -> Frame:
        """The next frame, which must be of this kind. WireError; a refusal is told in its words."""
        async with aclosing(self.frames()) as frames:
            async for frame in frames:
                if frame.kind is Kind.REFUSED:
                    raise WireError(frame.text("reason"))
                if frame.kind is not kind:
                    raise WireError(f"{kind} was to come, not {frame.kind}")
                return frame
        raise WireError("it hung up")

    async def _read(self) -> bytes:
        loop = asyncio.get_running_loop()
        before_s = loop.time()
        try:
            async with asyncio.timeout(SILENT_S - self._waited_s):
                data = await self._reader.read(READ_BYTES)
        except TimeoutError:
            raise WireError(f"it has said nothing for {SILENT_S:g} s") from None
        except ssl.SSLError as error:
            raise WireError(_of_tls(error)) from error
        except OSError:
            return b""
        self._waited_s += loop.time() - before_s
        return data

    async def send(self, frame: Frame) -> None:
        """Hand a frame over. WireError when the other side is gone or does not take it."""
        data = encode_frame(frame, self._frames.caps)
        async with self._sending:
            try:
                self._writer.write(data)
                transport = self._writer.transport
                if not transport.get_write_buffer_size() and not transport.is_closing():
                    return  # the network has it
                async with asyncio.timeout(TAKEN_S):
                    await self._writer.drain()
            except TimeoutError:
                self._writer.transport.abort()
                raise WireError(f"nothing was taken for {TAKEN_S:g} s") from None
            except (OSError, RuntimeError) as error:
                raise WireError("the connection is gone") from error

    async def beat(self) -> None:
        """Be heard, until the other side is gone (WireError)."""
        while True:
            await self.send(Frame(Kind.BEAT))
            await asyncio.sleep(BEAT_S)

    async def close(self) -> None:
        """Hang up; what was sent still arrives."""
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(TAKEN_S):
                await self._writer.wait_closed()

    def abort(self) -> None:
        """Hang up at once."""
        self._writer.transport.abort()


def _of_tls(error: ssl.SSLError) -> str:
    """What a broken handshake means."""
    if "ALERT" in str(error) or "CERTIFICATE" in str(error):
        return "the other side does not know this key (pair again?)"
    return "the encryption broke"


class AnotherHub(WireError):
    """Whoever answers has another key than the paired one."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"another hub answers at {host} port {port}: its key is not the paired one")


async def connect(host: str, port: int, context: ssl.SSLContext, within_s: float) -> PairedLink:
    """A link to a hub. WireError when nobody is there; AnotherHub."""
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection(host, port, ssl=context, limit=READ_BYTES)
    except ssl.SSLCertVerificationError as error:
        raise AnotherHub(host, port) from error
    except (OSError, TimeoutError, ValueError) as error:
        raise WireError(f"no hub answers at {host} port {port}") from error
    return PairedLink(reader, writer)


__all__ = ["STRANGER", "AnotherHub", "PairedLink", "connect"]

"""Pairing and the door, over real TLS on loopback: who knows the code gets in, and nobody else."""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from assistant.devices.own_satellite import OwnLines, OwnSatellite
from assistant.errors import AssistantError, SettingsError, WireError
from assistant.house.satellite_state import state_of
from assistant.paired import keys
from assistant.paired.frames import KNOWN, Frame, Kind, encode_frame
from assistant.paired.keys import Identity, hub_context, identity, satellite_context, stranger_context
from assistant.paired.link import PairedLink, connect
from assistant.paired.proof import Proving
from assistant.satellites.own.folder import PairedHub, SatelliteFolder
from assistant.satellites.own.line import Line
from assistant.satellites.own.pair import pair
from assistant.satellites.own_door import MOST_CHANGES, MOST_COMINGS, MOST_OF_ONE, OwnDoor
from assistant.satellites.own_known import KnownSatellites
from assistant.satellites.own_pairing import TRIES, VALID_S, PairingDesk, PairingRefused
from assistant.settings import PAIRED, RoomSettings


@dataclass
class TheHub:
    own: Identity
    known: KnownSatellites
    desk: PairingDesk
    door: OwnDoor
    lines: OwnLines
    said: "asyncio.Queue[str]"
    alarms: list[PairingRefused]
    now_s: list[float]
    address: str
    owner_told: list[str]


@asynccontextmanager
async def a_hub(folder: Path) -> AsyncGenerator[TheHub, None]:
    own, known = identity(folder / "hub.pem"), KnownSatellites(folder / "known.json")
    said: asyncio.Queue[str] = asyncio.Queue()
    alarms: list[PairingRefused] = []
    now_s = [0.0]
    desk = PairingDesk(own.certificate, known, lambda: now_s[0], alarms.append)
    lines = OwnLines()
    door = OwnDoor(lines, known, own, desk, said.put_nowait)
    owner_told: list[str] = []
    door.on_refused = owner_told.append
    door.open("127.0.0.1", 0)
    try:
        yield TheHub(own, known, desk, door, lines, said, alarms, now_s, f"127.0.0.1:{door.port}", owner_told)
    finally:
        door.close()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def modes(folder: Path) -> list[int]:
    """Of all files below."""
    return [each.stat().st_mode & 0o777 for each in folder.rglob("*") if each.is_file()]


async def none() -> tuple[tuple[str, int], ...]:
    return ()


async def paired(hub: TheHub, folder: SatelliteFolder, room: str = "kitchen") -> PairedHub:
    return await pair(hub.address, hub.desk.offer(room).code, folder)


@asynccontextmanager
async def living(line: Line) -> AsyncGenerator["asyncio.Queue[Frame]", None]:
    frames: asyncio.Queue[Frame] = asyncio.Queue()

    def greeting() -> Frame:
        return Frame(Kind.STATE, {"muted": False, "rogues": list(line.rogues)})

    life = asyncio.create_task(line.run(greeting, frames.put))
    try:
        yield frames
    finally:
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life


async def test_who_knows_the_code_is_paired_and_its_keys_are_its_owners_alone(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        folder = SatelliteFolder(tmp_path / "satellite")
        offer = hub.desk.offer("kitchen")
        kept = await pair(hub.address, f"{offer.code[:3]} {offer.code[3:]}", folder)
        assert kept.room == "kitchen"
        assert kept.certificate == hub.own.certificate
        assert await offer.done == folder.identity().certificate
        assert KnownSatellites(tmp_path / "known.json").room_of(folder.identity().certificate) == "kitchen"
        assert folder.hub() == kept
    assert modes(tmp_path) == [0o600] * 4


async def test_six_wrong_codes_end_the_offer_and_the_owner_is_told_once(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        offer = hub.desk.offer("kitchen")
        folder = SatelliteFolder(tmp_path / "satellite")
        for _ in range(TRIES):
            with pytest.raises(WireError, match="wrong code"):
                await pair(hub.address, wrong(offer.code), folder)
        with pytest.raises(WireError, match="no pairing is under way"):
            await pair(hub.address, offer.code, folder)
        with pytest.raises(PairingRefused, match="6 wrong codes"):
            await offer.done
        assert len(hub.alarms) == 1
        assert not hub.known.rooms
        with pytest.raises(SettingsError, match="not paired"):
            folder.hub()


async def test_hanging_up_before_the_proof_is_a_try_too(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        offer = hub.desk.offer("kitchen")
        mine = identity(tmp_path / "mine.pem")
        link = await connect("127.0.0.1", hub.door.port, stranger_context(), 5)
        await link.send(Frame(Kind.HELLO, body=mine.certificate))
        guess = Proving("000000", hub=hub.own.certificate, satellite=mine.certificate, is_hub=False)
        await link.send(Frame(Kind.PAKE, body=guess.message))
        await link.next(Kind.PAKE)
        await link.close()
        assert offer.left == TRIES - 1


async def test_a_code_that_ran_out_counts_no_more(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        offer = hub.desk.offer("kitchen")
        hub.now_s[0] = VALID_S + 1
        with pytest.raises(WireError, match="run out"):
            await pair(hub.address, offer.code, SatelliteFolder(tmp_path / "satellite"))
        assert not hub.known.rooms


async def test_a_code_counts_once(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        offer = hub.desk.offer("kitchen")
        await pair(hub.address, offer.code, SatelliteFolder(tmp_path / "one"))
        with pytest.raises(WireError, match="no pairing is under way"):
            await pair(hub.address, offer.code, SatelliteFolder(tmp_path / "two"))


async def relayed(near: PairedLink, far: PairedLink, record: list[Frame]) -> None:
    async for frame in near.frames():
        record.append(frame)
        await far.send(frame)


@asynccontextmanager
async def in_between(hub: TheHub, own: Identity, record: list[Frame]) -> AsyncGenerator[str, None]:
    """Somebody who answers in the hub's place with a key of his own, and passes everything on."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near = PairedLink(reader, writer)
        far = await connect("127.0.0.1", hub.door.port, stranger_context(), 5)
        both = {
            asyncio.create_task(relayed(near, far, record)),
            asyncio.create_task(relayed(far, near, record)),
        }
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        await near.close()
        await far.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0, ssl=hub_context(own, ()))
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_who_stands_in_between_fails_though_the_code_is_right(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        offer = hub.desk.offer("kitchen")
        folder = SatelliteFolder(tmp_path / "satellite")
        async with in_between(hub, identity(tmp_path / "rogue.pem"), []) as address:
            with pytest.raises(WireError):
                await pair(address, offer.code, folder)
        assert not hub.known.rooms
        assert offer.left == TRIES - 1
        with pytest.raises(SettingsError, match="not paired"):
            folder.hub()


async def test_a_hub_that_does_not_know_the_code_is_not_taken_for_ours(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "rogue") as rogue:
        rogue.desk.offer("kitchen").code = "111111"
        folder = SatelliteFolder(tmp_path / "satellite")
        with pytest.raises(WireError):
            await pair(rogue.address, "222222", folder)
        with pytest.raises(SettingsError, match="not paired"):
            folder.hub()


async def test_a_pairing_played_again_is_refused(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        offer = hub.desk.offer("kitchen")
        folder = SatelliteFolder(tmp_path / "satellite")
        own = await asyncio.to_thread(folder.identity)
        proving = Proving(offer.code, hub=hub.own.certificate, satellite=own.certificate, is_hub=False)
        sent = [Frame(Kind.HELLO, body=own.certificate), Frame(Kind.PAKE, body=proving.message)]
        link = await connect("127.0.0.1", hub.door.port, stranger_context(), 5)
        for frame in sent:
            await link.send(frame)
        proving.meet((await link.next(Kind.PAKE)).body)
        sent.append(Frame(Kind.PROOF, body=proving.proof()))
        await link.send(sent[-1])
        await link.next(Kind.PROOF)
        await link.close()
        again = hub.desk.offer("bedroom")
        again.code = offer.code
        link = await connect("127.0.0.1", hub.door.port, stranger_context(), 5)
        for frame in sent:
            await link.send(frame)
        await link.next(Kind.PAKE)
        with pytest.raises(WireError, match="wrong code"):
            await link.next(Kind.PROOF)
        await link.close()
        assert "bedroom" not in hub.known.rooms
        assert hub.door.refused() == (
            "127.0.0.1 was refused once: wrong code, or somebody stands in between",
        )
        assert hub.owner_told == ["127.0.0.1 was refused: wrong code, or somebody stands in between"]


# ── once paired ──────────────────────────────────────────────────────────────────────────────────


async def test_a_paired_satellite_is_let_into_its_room_and_told_what_the_room_wants(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        folder = SatelliteFolder(tmp_path / "satellite")
        kept = await paired(hub, folder)
        said: list[str] = []
        satellite = OwnSatellite(hub.lines.of("kitchen"))
        line = Line(kept, folder.identity(), said.append, none)
        async with living(line) as frames:
            assert (await frames.get()) == Frame(Kind.OPEN, {"open": False})
            chunks = satellite.chunks()
            first = asyncio.ensure_future(anext(chunks))
            assert (await frames.get()) == Frame(Kind.OPEN, {"open": True})
            await line.send(Frame(Kind.WOKE, {"word": "hey_jarvis", "score": 0.9, "before": 100}))
            await line.send(Frame(Kind.SOUND, body=b"\x01\x00" * 512))
            assert (await first).pcm == b"\x01\x00" * 512
            assert satellite.told is not None
            assert satellite.told.before == 100
            await chunks.aclose()
        assert said == ["the hub is there; this is: kitchen"]
        assert await hub.said.get() == "kitchen: its satellite is there (127.0.0.1)"
        assert await hub.said.get() == "kitchen: its satellite is lost: it hung up"


@pytest.mark.parametrize("alike", [False, True])
async def test_several_satellites_are_each_let_into_their_own_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alike: bool
) -> None:
    """Also where their certificates bear the same name, as those made by earlier versions do."""
    if alike:
        monkeypatch.setattr(keys, "_subject", lambda: "Hearth")
    async with a_hub(tmp_path) as hub, AsyncExitStack() as stack:
        for room in ("kitchen", "bedroom", "study"):
            folder = SatelliteFolder(tmp_path / room)
            kept = await paired(hub, folder, room)
            said: asyncio.Queue[str] = asyncio.Queue()
            await stack.enter_async_context(living(Line(kept, folder.identity(), said.put_nowait, none)))
            assert await said.get() == f"the hub is there; this is: {room}"
        assert sum(line.connected.is_set() for line in hub.lines.values()) == 3


async def test_a_key_vouched_for_by_a_known_satellite_is_as_unknown_as_any_other(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        folder = SatelliteFolder(tmp_path / "satellite")
        await paired(hub, folder)
        rogue = vouched_for(folder.identity(), tmp_path / "rogue.pem")
        link = await connect("127.0.0.1", hub.door.port, satellite_context(rogue, hub.own.certificate), 5)
        await link.send(Frame(Kind.HELLO))
        with pytest.raises(WireError):
            await link.next(Kind.WELCOME)
        await link.close()
        assert "was refused" in await hub.said.get()
        assert hub.lines.of("kitchen").link is None


def vouched_for(by: Identity, file: Path) -> Identity:
    """A key whose certificate is signed with another one's key."""
    signing = load_pem_private_key(by.file.read_bytes(), None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    issuer = x509.load_der_x509_certificate(by.certificate)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Hearth rogue")])
    made = (
        x509.CertificateBuilder(issuer.subject, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1))
        .not_valid_after(datetime(9999, 12, 31))
        .sign(signing, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM) + issuer.public_bytes(Encoding.PEM))
    return Identity(file, made.public_bytes(Encoding.DER))


async def test_a_rogue_hub_with_another_key_is_told_nothing(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "ours") as hub:
        folder = SatelliteFolder(tmp_path / "satellite")
        kept = await paired(hub, folder)
    async with a_hub(tmp_path / "rogue") as rogue:
        moved = PairedHub("127.0.0.1", rogue.door.port, kept.room, kept.certificate)
        told: asyncio.Queue[str] = asyncio.Queue()
        async with living(Line(moved, folder.identity(), told.put_nowait, none)):
            assert "a hub that is not yours answers at 127.0.0.1" in await told.get()
            assert "its key is not the paired one" in await told.get()
        assert not rogue.lines


async def test_a_rogue_satellite_with_another_key_does_not_get_in(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        await paired(hub, SatelliteFolder(tmp_path / "satellite"))
        rogue = identity(tmp_path / "rogue.pem")
        context = satellite_context(rogue, hub.own.certificate)
        link = await connect("127.0.0.1", hub.door.port, context, 5)
        with pytest.raises(WireError):
            await link.next(Kind.WELCOME)
        await link.close()
        assert "was refused" in await hub.said.get()
        assert hub.door.faults.total() == 1
        assert hub.door.refused() == ("127.0.0.1 was refused once: it has a key that nobody here knows",)
        assert hub.owner_told == ["127.0.0.1 was refused: it has a key that nobody here knows"]


async def test_one_that_was_removed_does_not_get_in_any_more(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        folder = SatelliteFolder(tmp_path / "satellite")
        kept = await paired(hub, folder)
        hub.known.remove("kitchen")
        link = await connect(
            "127.0.0.1", kept.port, satellite_context(folder.identity(), kept.certificate), 5
        )
        with pytest.raises(WireError, match="hung up"):
            await link.next(Kind.WELCOME)


async def test_a_hub_at_another_address_is_found_again_by_its_key_alone(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "ours") as hub, a_hub(tmp_path / "rogue") as rogue:
        folder = SatelliteFolder(tmp_path / "satellite")
        kept = await paired(hub, folder)
        with socket.create_server(("127.0.0.1", 0)) as gone:
            old = gone.getsockname()[1]

        async def suggested() -> tuple[tuple[str, int], ...]:
            return ("127.0.0.1", rogue.door.port), ("127.0.0.1", hub.door.port)

        moved = PairedHub("127.0.0.1", old, kept.room, kept.certificate)
        told: asyncio.Queue[str] = asyncio.Queue()
        async with living(Line(moved, folder.identity(), told.put_nowait, suggested)):
            rogue_at = f"127.0.0.1 port {rogue.door.port}"
            assert await told.get() == f"a hub that is not yours answers at {rogue_at}; it was told nothing"
            assert await told.get() == "the hub is there; this is: kitchen"
            async with asyncio.timeout(5):
                while not hub.lines["kitchen"].rogues:  # noqa: ASYNC110 - real sockets
                    await asyncio.sleep(0.01)
            state = state_of("kitchen", RoomSettings(satellite=PAIRED), None, hub.lines)
            assert state is not None
            assert f"a hub that is not yours answered it at {rogue_at}, and was refused" in state.told()
        assert not rogue.lines


async def test_one_that_connects_all_day_costs_little_and_fills_no_log(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        folder = SatelliteFolder(tmp_path / "satellite")
        kept = await paired(hub, folder)
        context = satellite_context(folder.identity(), kept.certificate)
        refused = 0
        for _ in range(2 * MOST_COMINGS):
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", kept.port, ssl=context)
            except OSError:
                refused += 1
                continue
            writer.write(encode_frame(Frame(Kind.HELLO)))
            await reader.read(100)
            writer.transport.abort()
        assert refused >= MOST_COMINGS
        assert hub.door.faults["127.0.0.1"] == refused
        said = [hub.said.get_nowait() for _ in range(hub.said.qsize())]
        assert len(said) <= MOST_CHANGES + 2
        assert sum("comes and goes" in line for line in said) == 1


async def test_strangers_who_say_nothing_do_not_keep_a_known_satellite_out(tmp_path: Path) -> None:
    async with a_hub(tmp_path) as hub:
        folder = SatelliteFolder(tmp_path / "satellite")
        kept = await paired(hub, folder)
        quiet = [socket.create_connection(("127.0.0.1", hub.door.port)) for _ in range(MOST_OF_ONE + 4)]
        try:
            more = quiet[-1]
            more.setblocking(False)
            assert await asyncio.get_running_loop().sock_recv(more, 1) == b""
            assert hub.door.faults["127.0.0.1"] >= 1
        finally:
            for each in quiet:
                each.close()
        said: asyncio.Queue[str] = asyncio.Queue()
        async with living(Line(kept, folder.identity(), said.put_nowait, none)):
            while not (await said.get()).startswith("the hub is there"):
                pass


@pytest.mark.parametrize(
    "hostile",
    [
        b"\xff" * 64,
        b"\x00\x00\x00\x02\xff\xff\xff\xff{}",
        encode_frame(Frame(Kind.PLAY, body=bytes(100))),
        encode_frame(Frame(Kind.WOKE, {"word": 5, "score": "much", "before": -1})),
        encode_frame(Frame(Kind.STATE, {"muted": "perhaps"})),
    ],
)
async def test_nonsense_of_a_known_satellite_ends_its_connection_and_is_counted(
    tmp_path: Path, hostile: bytes
) -> None:
    async with a_hub(tmp_path) as hub:
        folder = SatelliteFolder(tmp_path / "satellite")
        kept = await paired(hub, folder)
        satellite = OwnSatellite(hub.lines.of("kitchen"))
        hearing = asyncio.ensure_future(anext(satellite.chunks()))
        await asyncio.sleep(0)
        context = satellite_context(folder.identity(), kept.certificate)
        reader, writer = await asyncio.open_connection("127.0.0.1", kept.port, ssl=context)
        writer.write(encode_frame(Frame(Kind.HELLO)))
        assert "is there" in await hub.said.get()
        writer.write(hostile)
        while await reader.read(1000):
            pass
        writer.close()
        assert "is lost" in await hub.said.get()
        assert hub.lines.of("kitchen").faults == 1
        hearing.cancel()


def test_less_than_tls_1_3_is_not_spoken(tmp_path: Path) -> None:
    context = hub_context(identity(tmp_path / "hub.pem"), ())
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3


def test_a_damaged_file_of_keys_is_an_error_that_names_the_fix(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text('{"kitchen": "no key"}')
    with pytest.raises(AssistantError, match="pair again"):
        KnownSatellites(tmp_path / "known.json")
    (tmp_path / "hub.pem").write_text("no key")
    with pytest.raises(AssistantError, match="pair again"):
        identity(tmp_path / "hub.pem")


assert KNOWN.header + KNOWN.body + 8 <= 64 * 1024

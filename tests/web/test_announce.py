"""The page's name at home, and Home Assistant's: on the loopback interface, asked by another browser."""

import socket

import pytest
from zeroconf import DNSQuestionType, IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from assistant.upkeep.find_home import SERVICE as HOME_ASSISTANT
from assistant.upkeep.find_home import _plain, find_home_assistants
from assistant.web.announce import SERVICE, announced, home_addresses, loopback_only

LOOPBACK = "127.0.0.1"


async def asked(name: str) -> AsyncServiceInfo | None:
    zeroconf = AsyncZeroconf(interfaces=[LOOPBACK], ip_version=IPVersion.V4Only)
    info = AsyncServiceInfo(SERVICE, name)
    try:
        return info if await info.async_request(zeroconf.zeroconf, 1500, DNSQuestionType.QM) else None
    finally:
        await zeroconf.async_close()


async def test_the_home_learns_where_the_page_is() -> None:
    async with announced([LOOPBACK], 8730) as name:
        assert name == "hearth.local"
        found = await asked(f"Hearth.{SERVICE}")
        assert found is not None
        assert (found.server, found.port, found.parsed_addresses()) == ("hearth.local.", 8730, [LOOPBACK])


async def test_a_page_for_this_box_alone_is_not_announced() -> None:
    assert home_addresses(LOOPBACK) == (LOOPBACK,)
    assert all(loopback_only(each) for each in (LOOPBACK, "127.0.0.2", "::1", "localhost"))
    assert not any(loopback_only(each) for each in ("0.0.0.0", "192.168.1.4", "hearth"))
    assert all(not loopback_only(each) for each in home_addresses("0.0.0.0"))
    assert home_addresses("8.8.8.8") == home_addresses("some-name") == ()
    async with announced([], 8730) as name:
        assert name == ""


def home_assistant(name: str, internal_url: str) -> ServiceInfo:
    return ServiceInfo(
        HOME_ASSISTANT,
        f"{name}.{HOME_ASSISTANT}",
        addresses=[socket.inet_aton(LOOPBACK)],
        port=8123,
        properties={"location_name": f"Our\n {name}", "internal_url": internal_url},
        server=f"{name}.local.",
    )


@pytest.mark.slow
async def test_home_assistant_is_found_and_what_it_tells_is_not_trusted() -> None:
    zeroconf = AsyncZeroconf(interfaces=[LOOPBACK], ip_version=IPVersion.V4Only)
    told = {"flat": "http://192.168.1.5:8123", "hut": "javascript:alert(1)", "shed": ""}
    for name, url in told.items():
        await (await zeroconf.async_register_service(home_assistant(name, url)))
    try:
        found = {each.name: each.url for each in await find_home_assistants(interfaces=(LOOPBACK,))}
    finally:
        await zeroconf.async_close()
    itself = "http://127.0.0.1:8123"
    assert found == {"Our flat": told["flat"], "Our hut": itself, "Our shed": itself}


@pytest.mark.parametrize(
    "url", ["", "javascript:1", "http://", "http://user:secret@h", "http://[", "ftp://h"]
)
def test_odd_addresses_are_not_suggested(url: str) -> None:
    assert not _plain(url)


async def test_where_nobody_answers_nothing_is_suggested() -> None:
    assert await find_home_assistants(0.1, (LOOPBACK,)) == []

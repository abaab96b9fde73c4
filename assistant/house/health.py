"""Whether an engine on another box answers, found out while nobody talks.

So the first turn after a box went does not wait for it, and the first one after it came back has it again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from assistant.errors import EngineError
from assistant.house.kit import Chosen
from assistant.think.llm.llm_address import find
from assistant.wyoming_call import describe

LOOK_S: Final = 15.0
"""Between two looks at a server that answers."""
AGAIN_S: Final = 3.0
"""Between two looks at one that does not."""
ANSWERS_S: Final = 2.0
"""A server that takes longer to say what it is would be too slow for a turn."""
FAULTS: Final = (500, 502, 503, 504)
"""Other answers may only mean that a server keeps no list of its models, or wants a key first."""
Ask = Callable[[], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]


class Health:
    """What the last look at a server found. Read by those who are about to ask it."""

    def __init__(self, ask: Ask, sleep: Sleep = asyncio.sleep) -> None:
        """`ask`: EngineError where it does not answer."""
        self.answers: bool | None = None
        """None: not looked at yet."""
        self.told = ""
        """Why it does not."""
        self.back: Callable[[], None] = lambda: None
        """Told when it answers again."""
        self._ask = ask
        self._sleep = sleep

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await self._sleep(LOOK_S if self.answers else AGAIN_S)

    async def look(self) -> None:
        """Once."""
        before = self.answers
        try:
            await self._ask()
        except EngineError as error:
            self.answers, self.told = False, str(error)
            return
        self.answers, self.told = True, ""
        if before is False:
            self.back()


def health_of(chosen: Chosen | None) -> Health | None:
    """Of an engine of the kit; None: it runs on this box, or cannot be asked how it is."""
    if chosen is None:
        return None
    match chosen.engine, chosen.options:
        case "wyoming", {"address": str(address)}:
            return Health(lambda: asyncio.to_thread(_describe, address))
        case "openai", {"base_url": str(url)} if chosen.options.get("allow_internet") is not True:
            return Health(lambda: asyncio.to_thread(_models, url))
    return None


def _describe(address: str) -> None:
    describe(address, connect_s=ANSWERS_S, patience_s=ANSWERS_S)


def _models(url: str) -> None:
    import httpx  # 60 ms that only a house with such a server pays

    place = find(url, allow_internet=False)
    try:
        with httpx.Client(timeout=ANSWERS_S, trust_env=False, follow_redirects=False) as client:
            answer = client.get(
                f"{place.url}/models", headers={"Host": place.host}, extensions={"sni_hostname": place.name}
            )
    except httpx.HTTPError as error:
        raise EngineError(f"The server at {url} does not answer: {type(error).__name__}.") from error
    if answer.status_code in FAULTS:
        raise EngineError(f"The server at {url} has a fault ({answer.status_code}).")

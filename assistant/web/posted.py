"""Errands of a page whose service reaches nothing beyond this home: another unit fetches for it."""

import asyncio
import os
import secrets
import time
from typing import Final

from assistant import paths
from assistant.errors import WireError
from assistant.upkeep import errand as post
from assistant.web.errands import Errand, Errands

ANSWER_S: Final = 20.0
"""A unit that has not begun by then is not there."""
FETCHES: Final = ("models", "pull")


class Posted(Errands):
    """What needs the internet goes to assistant-fetch.service; the rest runs here."""

    async def _ends_well(self, errand: Errand) -> bool:
        if errand.words[:2] != FETCHES:
            return await super()._ends_well(errand)
        name = secrets.token_hex(8)
        await asyncio.to_thread(post.ask, name, models_of(errand))
        try:
            return await self._followed(errand, name)
        finally:
            post.take_back()

    async def _followed(self, errand: Errand, name: str) -> bool:
        until_s = time.monotonic() + ANSWER_S
        while True:
            word = await asyncio.to_thread(post.told)
            if word is not None and word.id == name:
                errand.lines.clear()
                errand.lines.extend(word.lines)
                if word.state != "running":
                    return word.state == "done"
            elif time.monotonic() > until_s:
                where = f"HEARTH_DATA={paths.data_folder()} HEARTH_CONFIG={paths.config_folder()}"
                command = f"sudo -u hearth env {where} assistant models pull {' '.join(models_of(errand))}"
                raise WireError(
                    "what fetches for the page (assistant-fetch.path) does not answer; on the box: "
                    f"sudo assistant install-service, or fetch by hand: {command}"
                )
            await asyncio.sleep(post.LOOK_S)


def models_of(errand: Errand) -> list[str]:
    """Which models its words name: those before the options."""
    words = list(errand.words[len(FETCHES) :])
    options = [at for at, word in enumerate(words) if word.startswith("-")]
    return words[: options[0]] if options else words


def errands_here() -> Errands:
    """Those that can fetch where this runs."""
    return Posted() if "HEARTH_ENGINES" in os.environ else Errands()

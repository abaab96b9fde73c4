"""Engines of the settings that run on other boxes: whether they answer, how quickly, and what they are."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from wyoming.event import Event

from assistant.errors import AssistantError, EngineError
from assistant.settings import Llm, Settings
from assistant.think.llm.llm_address import find
from assistant.wyoming_call import describe

WAIT_S = 3.0
"""For a server that is switched off."""
FAULTS = (500, 502, 503, 504)
"""Others may only mean that a server keeps no list of its models."""
TOLD = 60
"""Characters of what a server says of itself."""


@dataclass(frozen=True, slots=True)
class Remote:
    """One of them, as it was found."""

    key: str
    """Of the settings."""
    kind: str
    address: str
    answered_ms: float | None
    """None: it did not."""
    told: str
    """What it is, or why it can't be used."""


def remotes(settings: Settings) -> Iterator[Remote]:
    """Each of them asked, in the order of the road. Blocks up to WAIT_S for one that is gone."""
    if settings.wake.address is not None:
        yield _wyoming("wake", "wake", "wake", settings.wake.address)
    for key, ear in (("ears.wide", settings.ears.wide), ("ears.fallback", settings.ears.fallback)):
        if ear is not None and ear.address is not None:
            yield _wyoming(key, "stt", "asr", ear.address)
    for address in settings.ears.others:
        yield _wyoming("ears.others", "stt", "asr", address)
    for key, llm in (("mind.llm", settings.mind.llm), ("mind.fallback", settings.mind.fallback)):
        if llm is not None and llm.base_url is not None:
            yield _openai(key, llm, llm.base_url)
    for llm in settings.mind.others:
        yield _openai("mind.others", llm, str(llm.base_url))
    if settings.speech.address is not None:
        yield _wyoming("speech", "tts", "tts", settings.speech.address)
    for address in settings.speech.others:
        yield _wyoming("speech.others", "tts", "tts", address)


def _wyoming(key: str, kind: str, trade: str, address: str) -> Remote:
    try:
        info, took_ms = describe(address, connect_s=WAIT_S, patience_s=WAIT_S)
    except AssistantError as error:
        return Remote(key, kind, address, None, str(error))
    names = _programs(info, trade)
    if not names:
        return Remote(
            key, kind, address, None, f"it answers, but does not offer {trade}; name another server"
        )
    return Remote(key, kind, address, took_ms, ", ".join(names)[:TOLD])


def _programs(info: Event, trade: str) -> list[str]:
    """Their names; what a server tells is not to be trusted."""
    offered = info.data.get(trade)
    found = (
        [each.get("name") for each in offered if isinstance(each, dict)] if isinstance(offered, list) else []
    )
    return [name for name in found if isinstance(name, str) and name.isprintable()]


def _openai(key: str, llm: Llm, base_url: str) -> Remote:
    started = time.perf_counter()
    try:
        place = find(base_url, allow_internet=llm.allow_internet)
        shown = {} if llm.key_file is None else {"Authorization": f"Bearer {_key(llm.key_file)}"}
        with httpx.Client(timeout=WAIT_S, trust_env=False, follow_redirects=False) as client:
            answer = client.get(
                f"{place.url}/models",
                headers={**shown, "Host": place.host},
                extensions={"sni_hostname": place.name},
            )
    except (AssistantError, httpx.HTTPError) as error:
        return Remote(key, "llm", base_url, None, str(error) or type(error).__name__)
    took_ms = (time.perf_counter() - started) * 1000
    if answer.status_code in (401, 403):
        return Remote(key, "llm", base_url, None, f"it refuses the key ({answer.status_code}); mend key_file")
    if answer.status_code in FAULTS:
        return Remote(key, "llm", base_url, None, f"it has a fault ({answer.status_code}); look at its log")
    return Remote(key, "llm", base_url, took_ms, f"model {llm.model}")


def _key(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise EngineError(f"{file} cannot be read: {error}") from error

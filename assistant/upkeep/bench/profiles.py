"""Boxes by what their engines cost: `profiles.yaml`, where no number stands without its source."""

from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.settings_yaml import read_yaml

NAMES = ("pi5", "n150")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cost(_Section):
    """A number, where it was read or measured, and the arithmetic on it."""

    value: float = Field(gt=0)
    source: Annotated[str, StringConstraints(min_length=8)]
    how: str = ""


class Profile(_Section):
    """One box."""

    name: str
    cores: Cost
    wide_full_ms: Cost
    """The wide ear's encoder on its window of 30 s …"""
    wide_5s_ms: Cost
    """… cut to 5 s …"""
    wide_3s_ms: Cost
    """… and to 3 s."""
    wide_decode_ms: Cost
    """The wide ear's decoder for one utterance."""
    wide_threads: Cost
    narrow_along_factor: Cost
    """The narrow ear's seconds of work for a second of speech, on one thread, while it is spoken …"""
    narrow_judge_factor: Cost
    """… and at a pause, before it vouches for the words."""
    llm_prefill_tokens_a_s: Cost
    llm_decode_tokens_a_s: Cost
    llm_prefill_threads: Cost
    llm_decode_threads: Cost
    voice_first_ms: Cost
    """The voice's work for a text besides …"""
    voice_factor: Cost
    """… seconds for a second of speech; it gives nothing before a text is whole."""
    voice_threads: Cost
    home_ms: Cost
    """From asking a device to its report."""

    def wide_s(self, speech_s: float, *, short: bool) -> float:
        """The wide ear's seconds for an utterance; `short`: its window is cut to the speech."""
        encoder_ms = self.wide_full_ms.value
        if short:
            # Linear beyond the two that were measured, which errs upward below 3 s only.
            slope = (self.wide_5s_ms.value - self.wide_3s_ms.value) / 2
            window_s = max(3.0, speech_s + 0.5)
            encoder_ms = min(encoder_ms, self.wide_3s_ms.value + slope * (window_s - 3.0))
        return (encoder_ms + self.wide_decode_ms.value) / 1000


class _Profiles(_Section):
    pi5: Profile
    n150: Profile


def free(profile: Profile) -> Profile:
    """The same box with engines, and a home, that take no time: what is left is the house's own."""
    given = {name: cost for name, cost in profile if isinstance(cost, Cost)}
    quick = {
        name: cost.model_copy(update={"value": 1e9 if name.endswith("_a_s") else 1e-9})
        for name, cost in given.items()
        if name.endswith(("_ms", "_factor", "_a_s"))
    }
    return profile.model_copy(update=quick)


def load_profile(name: str) -> Profile:
    """`pi5` or `n150`. SettingsError names what is wrong in the file."""
    with resources.as_file(resources.files("assistant.upkeep.bench") / "profiles.yaml") as file:
        profile: Profile = getattr(read_yaml(file, _Profiles), name)
    return profile

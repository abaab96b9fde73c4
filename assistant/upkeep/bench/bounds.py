"""What a profile allows at the least, whatever a house does: the bound beside a goal out of reach."""

import math

from assistant.hear.endpoint import FRAME_MS, EndpointSettings
from assistant.house.pause_habits import PauseHabits
from assistant.upkeep.bench.costed import SOUND_S_A_CHARACTER, tokens_of
from assistant.upkeep.bench.figures import FIXED_TAIL
from assistant.upkeep.bench.findings import Figure, Findings
from assistant.upkeep.bench.profiles import Profile
from assistant.upkeep.bench.satellite import BLOCK_S

NEW_TOKENS = 8
"""Of the words: those that the goal allows to be read after the end is called."""
CLAUSE = "Owls fly almost"
"""A first clause of three words, as short as one is cut."""


def bounds(findings: Findings, profile: Profile) -> None:
    """The least for a command told by what was read back, and for the language model's first words."""
    block_ms = 1000 * BLOCK_S
    whole_ms = math.ceil(PauseHabits().whole_ms / FRAME_MS) * FRAME_MS
    pause_ms = EndpointSettings().pause_ms or 0
    judged_ms = 1000 * min(profile.wide_s(0.0, short=True), profile.narrow_judge_factor.value)
    command_ms = max(whole_ms, pause_ms + judged_ms) + block_ms
    about = (
        f"the first pause {pause_ms:.0f}, a second of speech read by the quicker ear {judged_ms:.0f} "
        f"({whole_ms:.0f} of silence at least), a block of sound {block_ms:.0f}: the subject of the answer"
    )
    findings.add(Figure(least(profile, "command"), command_ms, "ms", about=about))
    read_ms = 1000 * (NEW_TOKENS + len(tokens_of(FIXED_TAIL))) / profile.llm_prefill_tokens_a_s.value
    write_ms = 1000 * len(tokens_of(CLAUSE)) / profile.llm_decode_tokens_a_s.value
    voice_ms = profile.voice_first_ms.value
    voice_ms += 1000 * profile.voice_factor.value * SOUND_S_A_CHARACTER * len(CLAUSE)
    wide_ms = 1000 * profile.wide_s(0.0, short=True)
    parts = {
        "the first pause": pause_ms,
        "the wide ear": wide_ms,
        f"{NEW_TOKENS} tokens and the template's read": read_ms,
        "three words written": write_ms,
        "and spoken": voice_ms,
        "a block of sound": block_ms,
    }
    about = ", ".join(f"{name} {ms:.0f}" for name, ms in parts.items())
    findings.add(Figure(least(profile, "question"), sum(parts.values()), "ms", about=about))


def least(profile: Profile, kind: str) -> str:
    """The name of a bound."""
    return f"{profile.name}: {kind}, least possible"

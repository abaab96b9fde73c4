"""Scripted engines: real engines whose words ride inside the sound. They drive tests, demos and timing runs.

`words("hey jarvis stop")` makes sound; ScriptedWake, ScriptedVad and ScriptedStt hear it as a model hears
speech; ScriptedTts speaks in the same way, and `read_back` says what a piece of sound holds.
"""

from assistant.scripted.ears import ScriptedVad, ScriptedWake
from assistant.scripted.engines import ScriptedLlm, ScriptedStt, ScriptedTts
from assistant.scripted.signal import WordReader, read_back, silence, words
from assistant.scripted.turns import ScriptedTurn

__all__ = [
    "ScriptedLlm",
    "ScriptedStt",
    "ScriptedTts",
    "ScriptedTurn",
    "ScriptedVad",
    "ScriptedWake",
    "WordReader",
    "read_back",
    "silence",
    "words",
]

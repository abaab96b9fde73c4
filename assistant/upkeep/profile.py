"""Which packages the settings need; asked by scripts/assistant before the command runs.

Exit status 0: the full profile (a model is configured); 1: the starter is enough.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.catalogue import load_catalogue
from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings


def needs_full(settings: Settings) -> bool:
    """Whether an engine outside the starter is configured."""
    minds = (settings.mind.llm, settings.mind.fallback)
    llama = any(mind is not None and mind.engine == "llama_cpp" for mind in minds)
    voice = load_catalogue().voices.get(settings.voice)
    piper = voice is not None and voice.engine == "piper"
    return (
        llama
        or piper
        or any(ear and ear.address is None for ear in (settings.ears.wide, settings.ears.fallback))
    )


def named_settings(arguments: Sequence[str]) -> Path | None:
    """The value of --settings in a command line that is not parsed yet."""
    for at, argument in enumerate(arguments):
        if argument == "--settings" and at + 1 < len(arguments):
            return Path(arguments[at + 1])
        if argument.startswith("--settings="):
            return Path(argument.partition("=")[2])
    return None


def main(arguments: Sequence[str]) -> int:
    """Exit status for scripts/assistant. Broken settings are the command's to tell, not ours."""
    try:
        return 0 if needs_full(load_settings(named_settings(arguments))) else 1
    except SettingsError:
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Which extras of the package this environment has."""

import pytest

from assistant.upkeep import release_extras
from assistant.upkeep.release_extras import extras_here, needs_of_extras

NEEDS = [
    "numpy>=1.26",
    "faster-whisper>=1.2.1; extra == 'models'",
    "piper-tts>=1.8.0; extra == 'models'",
    "faster-whisper>=1.2.1 ; extra == 'full'",
    'llama-cpp-python==0.3.36; (python_version < "3.14") and extra == "full"',
    "openwakeword>=0.6.0; extra == 'openwakeword'",
]


def test_the_packages_of_each_extra_are_read() -> None:
    assert needs_of_extras(NEEDS) == {
        "models": {"faster-whisper", "piper-tts"},
        "full": {"faster-whisper", "llama-cpp-python"},
        "openwakeword": {"openwakeword"},
    }


@pytest.mark.parametrize(
    ("here", "extras"),
    [
        ({"numpy"}, ()),
        ({"faster-whisper"}, ()),
        ({"faster-whisper", "piper-tts"}, ("models",)),
        ({"faster-whisper", "piper-tts", "llama-cpp-python"}, ("models",)),
        ({"faster-whisper", "piper-tts", "openwakeword"}, ("models", "openwakeword")),
    ],
)
def test_an_extra_is_here_when_all_its_packages_are(
    here: set[str], extras: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda package: NEEDS)
    monkeypatch.setattr(release_extras, "_is_here", here.__contains__)
    assert extras_here() == extras

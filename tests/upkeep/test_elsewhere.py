"""`assistant engines`: what the settings have on other boxes is asked."""

import json
from pathlib import Path

import pytest

from assistant.house import engines
from assistant.settings import Settings
from assistant.upkeep import inventory
from assistant.upkeep.elsewhere import remotes
from tests.think.chat_server import running
from tests.wyoming_server import serving

CLOSED = "127.0.0.1:9"


def test_each_tells_whether_it_answers_and_how_quickly() -> None:
    with serving() as server:
        settings = Settings.model_validate(
            {
                "ears": {
                    "wide": {"engine": "wyoming", "address": server.address},
                    "fallback": {"engine": "wyoming", "address": CLOSED},
                },
                "mind": {"llm": {"engine": "openai", "model": "tiny", "base_url": running().url}},
                "speech": {"address": server.address},
            }
        )
        wide, fallback, llm, speech = remotes(settings)
    assert (wide.key, wide.kind, wide.told) == ("ears.wide", "stt", "testing")
    assert wide.answered_ms is not None
    assert wide.answered_ms > 0
    assert (fallback.key, fallback.answered_ms) == ("ears.fallback", None)
    assert "not there" in fallback.told
    assert llm.answered_ms is not None
    assert (speech.answered_ms, "does not offer tts" in speech.told) == (None, True)


@pytest.mark.parametrize(
    "script",
    [
        [b""],
        [b"no json\n"],
        [b'{"type":"info","data":{"asr":7}}\n'],
        [b'{"type":"info","data":{"asr":[7,{"name":7},{"name":"\\u001b[2J"}]}}\n'],
        [b'{"type":"pong"}\n'] * 200,
        [b'{"type":"info","data_length":4000000000}\n'],
    ],
)
def test_a_server_that_talks_nonsense_is_not_ready(script: list[bytes]) -> None:
    with serving(script) as server:
        settings = Settings.model_validate(
            {"ears": {"wide": {"engine": "wyoming", "address": server.address}}}
        )
        (found,) = remotes(settings)
    assert found.answered_ms is None
    assert found.told


def test_the_table_shows_them_and_bad_settings_do_not_hide_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "assistant.yaml"
    file.write_text(f'speech: {{address: "{CLOSED}"}}')
    lines: list[str] = []
    inventory.tell(lines.append, file, as_json=False)
    assert lines[-2] == "on other boxes (by your settings)"
    assert lines[-1].startswith(f"  ✗ speech             {CLOSED}  The server at {CLOSED} is not there")
    lines.clear()
    inventory.tell(lines.append, file, as_json=True)
    told = json.loads(lines[-1])
    assert told["answered_ms"] is None
    assert (told["name"], told["address"], told["ready"]) == ("speech", CLOSED, False)
    file.write_text("speech: {adress: x}")
    lines.clear()
    inventory.tell(lines.append, file, as_json=True)
    assert {json.loads(line)["kind"] for line in lines} == {entry.kind for entry in engines.registered()}
    assert "adress" in capsys.readouterr().err

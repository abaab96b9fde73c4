"""`assistant engines`: what the settings have on other boxes is asked."""

import json
from pathlib import Path

import pytest

from assistant.catalogue import load_catalogue
from assistant.house import engines
from assistant.house.kit import kit_of
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


def test_all_that_stand_behind_one_another_are_told() -> None:
    llm = {"engine": "openai", "model": "tiny", "base_url": f"http://{CLOSED}"}
    settings = Settings.model_validate(
        {
            "ears": {"wide": {"engine": "wyoming", "address": CLOSED}, "others": [CLOSED, CLOSED]},
            "mind": {"llm": llm, "others": [llm]},
            "speech": {"address": CLOSED, "others": [CLOSED]},
        }
    )
    keys = [each.key for each in remotes(settings)]
    assert keys == [
        "ears.wide",
        "ears.others",
        "ears.others",
        "mind.llm",
        "mind.others",
        "speech",
        "speech.others",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ears": {"others": [CLOSED]}},
        {"speech": {"others": [CLOSED]}},
        {"mind": {"others": [{"engine": "openai", "model": "tiny", "base_url": "http://h:1"}]}},
        {"mind": {"llm": {"model": "one"}, "others": [{"model": "two"}]}},
    ],
)
def test_others_stand_behind_a_first_one_and_are_servers(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="others"):
        Settings.model_validate(wrong)


def test_a_house_asks_them_in_the_order_of_the_settings() -> None:
    llm = {"engine": "openai", "model": "tiny", "base_url": f"http://{CLOSED}"}
    ears = {"wide": {"engine": "wyoming", "address": "127.0.0.1:1"}, "others": ["127.0.0.1:2", "127.0.0.1:3"]}
    settings = Settings.model_validate(
        {
            "ears": ears,
            "mind": {"llm": llm, "others": [llm, llm]},
            "speech": {"address": "127.0.0.1:4", "others": ["127.0.0.1:5"]},
        }
    )
    kit = kit_of(settings, load_catalogue())
    assert [each.options["address"] for each in (kit.ears[-1], *kit.ears_elsewhere)] == [
        "127.0.0.1:1",
        "127.0.0.1:2",
        "127.0.0.1:3",
    ]
    assert [each.options["address"] for each in kit.voices_elsewhere] == ["127.0.0.1:5"]
    assert [each.engine for each in kit.llms_elsewhere] == ["openai"] * 2


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

"""The owner's YAML: read as written, refused with file, line, key and fix."""

import re
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from assistant.errors import SettingsError
from assistant.settings import (
    Ears,
    HomeSettings,
    LiveSettings,
    Llm,
    Mind,
    QuietHours,
    RoomSettings,
    Settings,
    Wake,
    WideEar,
    example_yaml,
    explain,
    find_settings,
    load_settings,
)
from assistant.settings_yaml import read_yaml_bytes
from assistant.yaml_text import LARGEST_BYTES, parse


def read(text: str, folder: Path | None = None) -> Settings:
    return read_yaml_bytes(text.encode(), "house.yaml", Settings, folder=folder)


def refusal(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(text)
    return str(caught.value)


def test_nothing_set_is_the_default() -> None:
    assert read("") == read("{}") == read("mind:\nhome:\n") == Settings()
    assert list(Settings().rooms) == ["living room"]
    assert Settings().wake.words == ("hey_jarvis",)


def test_everything_set() -> None:
    got = read(
        """
language: en
time_format: 24
wake: {words: [Hey Jarvis, okay_nabu], sensitivity: {hey_jarvis: high, okay_nabu: 0.3}}
ears:
  wide: {engine: faster_whisper, model: whisper-base.en, threads: 2}
mind:
  llm: {engine: openai, model: m, base_url: "http://10.0.0.2:8080/v1"}
rooms:
  no: {quiet_hours: {start: 22:30, end: 07:00}, volume_percent: 010}
  010: {aliases: [off, 22:30]}
"""
    )
    assert got.time_format == "24"
    assert got.wake.words == ("hey_jarvis", "okay_nabu")
    assert got.wake.sensitivity == {"hey_jarvis": "high", "okay_nabu": 0.3}
    assert got.ears.wide is not None
    assert got.ears.wide.threads == 2
    assert list(got.rooms) == ["no", "010"]
    assert got.rooms["no"].volume_percent == 10
    assert got.rooms["no"].quiet_hours is not None
    assert got.rooms["no"].quiet_hours.start == time(22, 30)
    assert got.rooms["010"].aliases == ("off", "22:30")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("language: en\nvioce: lj\n", 'house.yaml:2: vioce: is not a key here; did you mean "voice"?'),
        (
            "ears:\n  silence: 3\n",
            'house.yaml:2: ears.silence: is not a key here; did you mean "silence_ms"?',
        ),
        ("rooms: {kitchen: {volme: 30}}", 'kitchen.volme: is not a key here; did you mean "volume_percent"?'),
        ("ears: {silence_ms: soon}", 'house.yaml:1: ears.silence_ms: must be a whole number, not "soon"'),
        ("ears: {silence_ms: 5}", 'ears.silence_ms: must be greater than or equal to 200, not "5"'),
        ("ears: {patient: maybe}", 'ears.patient: must be true or false, not "maybe"'),
        ("mind:\n  llm:\n    engine: lama_cpp\n    model: x", "house.yaml:3: mind.llm.engine: must be"),
        ("mind:\n  llm:\n    engine: lama_cpp\n    model: x", 'did you mean "llama_cpp"?'),
        ("mind:\n  llm: {engine: llama_cpp}", 'house.yaml:2: mind.llm: lacks the key "model"; add it'),
        ("mind: {llm: {engine: openai, model: x}}", 'lacks the key "base_url"'),
        ("mind: {llm: {engine: openai, model: x, base_url: pc}}", "must be a web address"),
        ("mind: {llm: {model: x, allow_internet: true}}", "belong to engine openai"),
        ("mind: {fallback: {model: x}}", "stands in for llm"),
        ("ears: {wide: {engine: wyoming}}", 'lacks the key "address"'),
        ("ears: {wide: {engine: faster_whisper}}", 'lacks the key "model"'),
        ("ears: {wide: {model: x, address: 'box:10300'}}", "belongs to engine wyoming"),
        ("ears: {wide: {engine: wyoming, address: box}}", "ears.wide.address"),
        ("ears: {fallback: {model: x}}", "stands in for wide"),
        ("speech: {address: 'http://box:10200'}", "speech.address"),
        ("wake: hey_jarvis", "wake: must be a section"),
        ("wake: {words: hey_jarvis}", "wake.words: must be a list: [hey_jarvis]"),
        ("wake: {words: []}", "wake.words: must have at least 1 entry"),
        ("wake: {sensitivity: {hey_jarvis: loud}}", "wake.sensitivity.hey_jarvis: must be low, normal, high"),
        ("wake: {sensitivity: {hey_jarvs: low}}", 'did you mean "hey_jarvis"?'),
        ("wake: {sensitivity: {hey_jarvis: nan}}", "must be low, normal, high"),
        (
            "rooms:\n  den:\n    quiet_hours: {start: 25:00, end: 7:00}",
            "house.yaml:3: rooms.den.quiet_hours.start",
        ),
        ("rooms:\n  den:\n    quiet_hours: {start: 1350, end: 7:00}", "must be a time of day like 22:30"),
        ("rooms: {den: {aliases: [lounge]}, lounge: {}}", 'both called "lounge"; rename one'),
        ("rooms: {}", "rooms: must have at least 1 entry"),
        ("rooms:\n" + "".join(f" r{n}: {{}}\n" for n in range(51)), "rooms: must have at most 50 entries"),
        ("rooms: {den: {highest_risk: 4}}", "rooms.den.highest_risk: must be less than or equal to 3"),
        ("- one\n- two", "house.yaml:1: must be a section"),
        ("just words", "house.yaml:1: must be a section"),
        ("voice: lj\nears: {}\nvoice: cori", 'house.yaml:3: has the key "voice" already on line 1'),
        ("ears:\n\tpatient: true", "house.yaml:2: is not YAML"),
        ("ears:\n\tpatient: true", "indent with spaces"),
        ("a: &x [1]\nb: *x", 'house.yaml:1: uses the anchor "&x"'),
        ("voice: *jarvis", 'uses the alias "*jarvis"'),
        ("voice: !!python/object/apply:os.system [ls]", "uses a tag"),
        ("voice: lj\n---\nvoice: cori", "house.yaml:2: holds several documents"),
        ("%YAML 1.1\n---\nvoice: lj", "% directive"),
        ("[a, b]: c", "has a list or section as a key"),
        ("~: c", "has an empty key"),
        ("? : c", "has a list or section as a key"),
        ("voice: 'lj", "is not YAML"),
        ("voice: a: b", "put quotes around"),
        ("voice: \x00", "control character"),
        ("[" * 5000, "is nested more than"),
        ("{a: " * 5000, "is nested more than"),
    ],
)
def test_a_mistake_is_told_with_line_key_and_fix(text: str, told: str) -> None:
    assert told in refusal(text)


def test_every_mistake_is_told_up_to_ten() -> None:
    told = refusal("\n".join(f"wrong{n}: 1" for n in range(15))).splitlines()
    assert len(told) == 11
    assert told[10] == "house.yaml: and 5 mistakes more"


def test_mistakes_are_told_in_the_order_of_the_file() -> None:
    told = refusal("rooms: {den: {volume_percent: loud}}\nears: {silnce_ms: 3}\nlanguage: E").splitlines()
    assert [line.split(": ")[0] for line in told] == ["house.yaml:1", "house.yaml:2", "house.yaml:3"]


def test_too_large_and_not_text() -> None:
    assert "larger than 256 kB" in refusal("#" * (LARGEST_BYTES + 1))
    with pytest.raises(SettingsError, match=r"house\.yaml:2: is not UTF-8"):
        read_yaml_bytes(b"voice: lj\n\xff\xfe", "house.yaml", Settings)
    assert read_yaml_bytes("\ufeffvoice: lj".encode(), "house.yaml", Settings).voice == "lj"


@given(st.text(max_size=200) | st.text(alphabet="ab:-[]{}'\"\n #&*!?,|>%\t0", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text.encode(errors="surrogatepass"), "house.yaml")
        read(text)
    except SettingsError:
        pass
    except UnicodeEncodeError:
        assert any("\ud800" <= sign <= "\udfff" for sign in text)


@pytest.mark.parametrize("text", ['"\\UFFFFFFFF"', '"\\xZZ"', "a: |9\n  b", "!<", "&", "*"])
def test_broken_scalars_are_refused(text: str) -> None:
    refusal(text)


# ── places ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(autouse=True)
def _no_owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("HEARTH_SETTINGS", raising=False)


def test_where_settings_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/etc/hearth/assistant.yaml").exists():
        assert find_settings() is None
        assert load_settings() == Settings()
    usual = tmp_path / "config" / "assistant.yaml"
    usual.parent.mkdir()
    usual.write_text("voice: usual")
    assert load_settings().voice == "usual"
    named = tmp_path / "named.yaml"
    named.write_text("voice: named")
    monkeypatch.setenv("HEARTH_SETTINGS", str(named))
    assert load_settings().voice == "named"
    flag = tmp_path / "flag.yaml"
    flag.write_text("voice: flag")
    assert load_settings(flag).voice == "flag"


def test_a_named_file_must_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        load_settings(tmp_path / "gone.yaml")
    monkeypatch.setenv("HEARTH_SETTINGS", str(tmp_path))
    with pytest.raises(SettingsError, match="there is no such file"):
        load_settings()


def test_relative_places_start_at_the_file(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text("home: {file: home.yaml}\nears: {phrases: [mine, /abs]}\nwake: {folder: ~/w}\n")
    got = load_settings(file)
    assert got.home.file == tmp_path / "home.yaml"
    assert got.ears.phrases == (tmp_path / "mine", Path("/abs"))
    assert got.wake.folder == Path.home() / "w"
    file.write_text("ears: {wide: {model: ./w}}\nmind: {llm: {model: qwen3-1.7b}}")
    got = load_settings(file)
    assert got.ears.wide is not None
    assert got.ears.wide.model == str(tmp_path / "w")
    assert got.mind.llm is not None
    assert got.mind.llm.model == "qwen3-1.7b"


def test_a_bad_file_leaves_the_old_settings_in_force(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text("voice: lj")
    live = LiveSettings(file)
    file.write_text("voice: [")
    error = live.reload()
    assert error is not None
    assert f"{file}:1" in str(error)
    assert live.now.voice == "lj"
    file.unlink()
    assert live.reload() is not None
    file.write_text("voice: cori")
    assert live.reload() is None
    assert live.now.voice == "cori"


# ── the example and the explanation ──────────────────────────────────────────────────────────────


def test_the_example_is_the_default() -> None:
    assert read(example_yaml()) == Settings()


def test_the_example_with_everything_switched_on_is_valid() -> None:
    everything = re.sub(r"(?m)^( *)#(?! )", r"\1", example_yaml())
    elsewhere = everything.replace("engine: llama_cpp", "engine: openai")
    got = read(elsewhere.replace("engine: faster_whisper", "engine: wyoming"))
    assert got.ears.wide is not None
    assert got.mind.llm is not None
    assert got.rooms["living room"].quiet_hours is not None


def test_the_example_shows_and_explains_every_key() -> None:
    text = example_yaml()
    keys = re.findall(r"(?m)^ *#?([a-z_]+):", text)

    def expect(model: type[BaseModel]) -> None:
        for key, info in model.model_fields.items():
            assert key in keys
            assert info.description or key == "enabled", key

    for model in (
        Settings,
        Wake,
        WideEar,
        Ears,
        Llm,
        Mind,
        HomeSettings,
        RoomSettings,
        QuietHours,
    ):
        expect(model)
    assert text.count("# ") > 30


def test_explaining_hides_passwords_and_reads_back() -> None:
    settings = read(
        "mind: {llm: {engine: openai, model: m, base_url: 'https://me:hunter2@box/v1'},"
        ' manner: "a \\"b\\": #c\\n"}\nrooms: {"null": {aliases: ["- x", "a: b"]}}'
    )
    told = explain(settings)
    assert "hunter2" not in told
    assert "https://***@box/v1" in told
    again = read(told)
    assert again.mind.manner == settings.mind.manner
    assert again.rooms == settings.rooms
    assert read(explain(Settings())) == Settings()

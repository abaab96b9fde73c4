"""`assistant setup`: from an empty folder to a house that answers, whatever is said or interrupted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.catalogue import load_catalogue
from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings
from assistant.upkeep import (
    setup_dialogue,
    setup_place,
    setup_place_questions,
    setup_question,
    setup_questions,
    setup_updates,
)
from assistant.upkeep.fit import LEVELS, Box, Fit, measure
from assistant.upkeep.setup_dialogue import Dialogue, Draft, Known
from assistant.upkeep.setup_file import changed, write
from tests import models
from tests.test_cli import Shell
from tests.upkeep.hub import entry, served_as, serving

PI_4 = Box(4, 4_000, 20_000, "aarch64", "neon", "", 4.0, 40.0)
N100 = Box(4, 16_000, 100_000, "x86_64", "avx2", "", 12.0, 150.0)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def settings_file(shell: Shell) -> Path:
    return shell.folder / ".config/hearth/assistant.yaml"


# ── what fits ────────────────────────────────────────────────────────────────────────────────────


def test_a_bigger_box_is_offered_more() -> None:
    catalogue = load_catalogue()
    names = [level.name for level in LEVELS]
    tiny = Box(1, 900, 5_000, "armv7l", "none", "", 1.0, 4.0)
    proposed = [Fit(box, catalogue, "en").proposed().name for box in (tiny, PI_4, N100)]
    assert proposed == ["starter", "listener", "companion"]
    assert [names.index(name) for name in proposed] == sorted(names.index(name) for name in proposed)


def test_a_slow_box_is_spared_a_model_it_would_crawl_on() -> None:
    slow = replace(N100, copies_gb_s=0.5, computes_gflops=8.0)
    assert Fit(slow, load_catalogue(), "en").proposed().name == "starter"


def test_a_full_disk_leaves_only_what_needs_none() -> None:
    assert Fit(replace(N100, disk_free_mb=50), load_catalogue(), "en").proposed().name == "starter"


def test_every_level_names_models_of_the_catalogue_in_every_language() -> None:
    catalogue = load_catalogue()
    for language in ("en", "de"):
        for level in LEVELS:
            found = Fit(N100, catalogue, language).models(level, "piper-en_US-ljspeech-medium")
            assert set(found) == set(level.models)


def test_this_box_is_measured() -> None:
    box = measure(Path("/nowhere/yet"))
    assert box.cores >= 1
    assert box.memory_mb > 500
    assert box.copies_gb_s > 0.05
    assert box.computes_gflops > 0.05


# ── the owner's file ─────────────────────────────────────────────────────────────────────────────


def test_comments_and_edits_of_the_owner_survive() -> None:
    before = "# my house\nvoice: lj  # like grandma\nears:\n  silence_ms: 900 # slow talkers\n"
    after = changed(before, {"voice": "cori", "ears": {"wide": {"model": "whisper-base.en"}}}, "f")
    assert "# my house" in after
    assert "voice: cori # like grandma" in after
    assert "silence_ms: 900 # slow talkers" in after
    assert "model: whisper-base.en" in after


@pytest.mark.parametrize("words", [["alexa"], ["alexa", "hey_jarvis"], ["a", "b", "c"]])
def test_a_list_is_changed_in_place_and_keeps_the_remark_behind_it(words: list[str]) -> None:
    before = "wake:\n  words:\n  - hey_jarvis\n  - okay_nabu # hers\n# the end\n"
    after = changed(before, {"wake": {"words": words}}, "f")
    assert [line[4:].split("#")[0].strip() for line in after.splitlines() if line.startswith("  - ")] == words
    unchanged = changed(before, {"wake": {"words": ["hey_jarvis", "okay_nabu"]}}, "f")
    assert [line.strip() for line in unchanged.splitlines()] == [line.strip() for line in before.splitlines()]


def test_a_file_of_comments_only_keeps_them() -> None:
    after = changed("# nothing yet\n", {"language": "en"}, "f")
    assert after == "# nothing yet\nlanguage: en\n"


def test_a_key_is_taken_away_and_nothing_empty_is_left_behind() -> None:
    assert "wide" not in changed(
        "ears:\n  wide:\n    model: x\n  patient: true\n", {"ears": {"wide": None}}, "f"
    )
    assert changed("voice: lj\n", {"mind": {"llm": None}}, "f") == "voice: lj\n"


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="mend it first"):
        changed("a: [", {"language": "en"}, "f")
    file = tmp_path / "s.yaml"
    file.write_text("voice: lj\n")
    with pytest.raises(SettingsError):
        write(file, "voice: [1]\n")
    assert file.read_text() == "voice: lj\n"


def test_the_file_as_it_was_is_kept_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("voice: lj\n")
    write(file, "voice: cori\n")
    assert file.with_suffix(".yaml.before").read_text() == "voice: lj\n"


# ── the dialogue ─────────────────────────────────────────────────────────────────────────────────


def test_only_enter_makes_a_good_house(shell: Shell) -> None:
    done = shell("setup", "--no-download", typed="\n" * 30)
    assert done.returncode == 0, done.stderr
    settings = load_settings(settings_file(shell))
    assert settings.rooms["living room"].quiet_hours is not None
    assert settings.wake.words == ("hey_jarvis",)


def test_answers_by_number_by_word_and_wrong_ones_asked_again(shell: Shell) -> None:
    said = (
        "1\nAtlantis\ngermany\n\n24\n\npapaya\nalexa\nkitchen, bath room\nsometimes\nnone\nstarter\n"
        "\nhttp://\nnowhere.yaml\n\n\n\n\nno\n"
    )
    done = shell("setup", "--no-download", typed=said)
    assert done.returncode == 0, done.stderr
    assert '"papaya" is none of' in done.stdout
    assert "write them like 22:30-07:00" in done.stdout
    assert 'country: "Atlantis" - write its English name' in done.stdout
    assert 'home: "http://" - an address like' in done.stdout
    assert "there is no file" in done.stdout
    settings = load_settings(settings_file(shell))
    assert (settings.time_format, settings.wake.words) == ("24", ("alexa",))
    assert set(settings.rooms) == {"kitchen", "bath room"}
    assert settings.rooms["kitchen"].quiet_hours is None


def test_interrupted_it_goes_on_with_the_answers_given(shell: Shell) -> None:
    done = shell("setup", "--no-download", typed="\nUS\n\n24\n")
    assert done.returncode == 1
    assert "what was said is kept" in done.stderr
    assert not settings_file(shell).exists()
    shell("setup", "--no-download", typed="\n" * 30)
    assert load_settings(settings_file(shell)).time_format == "24"
    assert not settings_file(shell).with_name(".setup.yaml").exists()


@pytest.mark.slow
def test_back_takes_answers_away_with_all_that_hung_on_them(shell: Shell) -> None:
    said = "back\n\nfrance\n\n\nback\nback\nback\nuk\n" + "\n" * 30
    done = shell("setup", "--no-download", typed=said)
    assert done.returncode == 0, done.stderr
    assert "this is the first question" in done.stdout
    settings = load_settings(settings_file(shell))
    told = (settings.country, settings.time_zone, settings.units, settings.emergency_number)
    assert told == ("GB", "Europe/London", "uk", "999")


def test_answers_of_a_file_and_a_second_run(shell: Shell) -> None:
    answers = shell.folder / "answers.yaml"
    answers.write_text("rooms: kitchen\nlevel: starter\ntime_format: '24'\nquiet_hours: none\n")
    assert shell("setup", "--yes", "--answers", "answers.yaml", "--no-download").returncode == 0
    first = settings_file(shell).read_text()
    settings_file(shell).write_text(first + "# a remark\n")
    assert shell("setup", "--yes", "--answers", "answers.yaml", "--no-download").returncode == 0
    assert settings_file(shell).read_text() == first + "# a remark\n"


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("wake_word: banana\n", 'wake_word: "banana" is none of'),
        ("colour: blue\n", "nothing asks for colour"),
        ("- a\n", "one answer a line"),
    ],
)
def test_a_wrong_answers_file_changes_nothing(shell: Shell, answers: str, told: str) -> None:
    (shell.folder / "answers.yaml").write_text(answers)
    done = shell("setup", "--yes", "--answers", "answers.yaml", "--no-download")
    assert done.returncode == 1
    assert told in done.stderr
    assert not settings_file(shell).exists()


# ── from nothing to an answer ────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_from_an_empty_folder_to_a_spoken_answer_of_the_full_profile(shell: Shell) -> None:
    """Settings, downloads from a hub, then llama.cpp thinks, Piper speaks and Whisper hears it."""
    whisper, piper = models.tiny_whisper(), models.tiny_piper()
    kinds = {
        "whisper-base.en": ("stt", "faster_whisper", {p.name: p.read_bytes() for p in whisper.iterdir()}),
        "piper-en_US-ljspeech-medium": (
            "tts",
            "piper",
            {p.name: p.read_bytes() for p in (piper, piper.with_name(piper.name + ".json"))},
        ),
        "qwen3-0.6b": ("llm", "llama_cpp", {"tiny.gguf": models.tiny_gguf().read_bytes()}),
    }
    settings_file(shell).parent.mkdir(parents=True)
    listed = "".join(entry(kind, engine, name, files) for name, (kind, engine, files) in kinds.items())
    settings_file(shell).with_name("models.yaml").write_text(f"models:\n{listed}")
    (shell.folder / "answers.yaml").write_text("level: talker\nvoice: lj\n")
    served = [served_as(name, files) for name, (_, _, files) in kinds.items()]
    with serving({path: content for each in served for path, content in each.items()}) as hub:
        shell.environment["HEARTH_HUB"] = hub.address
        hub.cuts = [10]
        done = shell("setup", "--yes", "--answers", "answers.yaml")
    assert done.returncode == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines() if "ready (" in line] == [
        "whisper-base.en",
        "piper-en_US-ljspeech-medium",
        "qwen3-0.6b",
    ]
    asked = shell("ask", "tell me a story")
    assert asked.returncode == 0, asked.stderr
    assert "Hello there" in asked.stdout
    assert shell("say", "hello", "-o", "hello.wav").returncode == 0
    assert (shell.folder / "hello.wav").stat().st_size > 10_000
    assert shell("doctor", "--no-sound").returncode == 0


def test_the_defaults_need_no_setup() -> None:
    assert Settings().voice in load_catalogue().voices


@pytest.mark.slow
def test_updates_are_off_until_they_are_asked_for(shell: Shell, tmp_path: Path) -> None:
    assert shell("setup", "--no-download", "--yes").returncode == 0
    assert not load_settings(settings_file(shell)).update.automatic
    answers = tmp_path / "answers.yaml"
    place = f"update_index: https://example.org/hearth/index.json\nupdate_key: {'ab' * 32}\n"
    for said, more, wanted in (
        ("yes", "", False),
        ("yes", place, True),
        ("yes", "", True),
        ("no", "", False),
    ):
        answers.write_text(f"updates: '{said}'\n{more}")
        done = shell("setup", "--no-download", "--yes", "--answers", str(answers))
        assert done.returncode == 0, done.stderr
        assert load_settings(settings_file(shell)).update.automatic is wanted
        assert ("stay off" in done.stdout) is (said == "yes" and not wanted)
    assert load_settings(settings_file(shell)).update.index is not None


def test_a_home_assistant_that_was_found_is_chosen_by_its_number_and_never_by_itself() -> None:
    question = setup_questions.home(found={"http://192.168.1.5:8123": "Home"})
    assert any("1. http://192.168.1.5:8123: Home" in line for line in setup_question.shown(question))
    assert question.taken("1") == "http://192.168.1.5:8123"
    assert question.taken("") == setup_questions.NONE
    with pytest.raises(setup_question.WrongAnswer):
        question.taken("2")


# ── the place ────────────────────────────────────────────────────────────────────────────────────


def test_the_country_answers_for_zone_clock_units_and_the_number_in_danger(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "answers.yaml").write_text("country: United States\nlevel: starter\n")
    done = shell("setup", "--yes", "--answers", str(tmp_path / "answers.yaml"), "--no-download")
    assert done.returncode == 0, done.stderr
    assert "phone 911" in done.stdout
    settings = load_settings(settings_file(shell))
    told = (settings.units, settings.time_format, settings.time_zone, settings.emergency_number)
    assert told == ("us", "12", "America/New_York", "911")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        *(("10pm-7am", "22:00-07:00"), ("from 10:30 pm until 6.15 am", "22:30-06:15"), ("No", "none")),
        *(("22:30 \u2013 6:30", "22:30-06:30"), ("12am to 12pm", "00:00-12:00"), ("23 to 7", "23:00-07:00")),
        *(("25:00-7:00", None), ("13pm-7am", None), ("22:00-22:00", None), ("sometimes", None)),
    ],
)
def test_quiet_hours_are_taken_as_people_write_them(said: str, kept: str | None) -> None:
    (question,) = (each for each in setup_questions.talking({}) if each.key == "quiet_hours")
    if kept is None:
        with pytest.raises(setup_question.WrongAnswer, match="22:30-07:00"):
            question.taken(said)
    else:
        assert question.taken(said) == kept


@pytest.mark.parametrize("said", ["german", "Germ", "de", "2"])
def test_an_answer_is_taken_by_what_it_is_called(said: str) -> None:
    question = setup_questions.language("en")
    assert question.taken(said) == "de"
    assert " *1. English" in setup_question.shown(question)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *(("Germany", "DE"), ("uk", "GB"), ("u.s.", "US"), ("new zea", "NZ"), ("deutschland", "DE")),
        *(("united", None), ("x", None), ("Atlantis", None)),
    ],
)
def test_a_country_is_known_by_its_names(said: str, code: str | None) -> None:
    found = setup_place.country_called(said)
    assert (None if found is None else found.code) == code


def test_every_country_has_a_proposal_and_every_number_is_one() -> None:
    assert len(setup_place.countries()) > 200
    for code, country in setup_place.countries().items():
        questions = setup_place_questions.place(code, {})
        assert [each.key for each in questions] == ["time_zone", "time_format", "units", "emergency_number"]
        for each in questions:
            assert each.taken("") == each.default
            assert each.default == "" or each.taken(each.default) == each.default, (country, each)


# ── who keeps what, and what the box already has ─────────────────────────────────────────────────


@pytest.mark.slow
def test_satellites_rooms_and_own_models_outlive_another_setup(shell: Shell) -> None:
    file = settings_file(shell)
    file.parent.mkdir(parents=True)
    file.write_text(
        "rooms:\n  kitchen: {}\n  bedroom:\n    satellite: 192.168.1.20:10700\n"
        "ears: {wide: {engine: wyoming, address: 192.168.1.30:10300}}\n"
    )
    (shell.folder / "answers.yaml").write_text("rooms: hall\nremember: no\npage: home\n")
    done = shell("setup", "--yes", "--answers", "answers.yaml", "--no-download")
    assert done.returncode == 0, done.stderr
    settings = load_settings(file)
    assert set(settings.rooms) == {"bedroom", "hall"}
    assert not any(room.memory for room in settings.rooms.values())
    assert settings.ears.wide is not None
    assert settings.ears.wide.address == "192.168.1.30:10300"
    assert settings.page.address == "0.0.0.0"


@pytest.mark.slow
def test_without_its_key_home_assistant_is_left_out_and_said_so(shell: Shell) -> None:
    (shell.folder / "answers.yaml").write_text("home: 192.168.1.5:8123\n")
    done = shell("setup", "--yes", "--answers", "answers.yaml", "--no-download")
    assert done.returncode == 0, done.stderr
    assert "left out for now" in done.stdout
    assert load_settings(settings_file(shell)).home.home_assistant is None
    (shell.folder / "answers.yaml").write_text("home: http://127.0.0.1:1\nhome_token: abc.def\n")
    done = shell("setup", "--yes", "--answers", "answers.yaml", "--no-download")
    assert done.returncode == 0, done.stderr
    assert "cannot be asked now" in done.stdout
    there = load_settings(settings_file(shell)).home.home_assistant
    assert there is not None
    assert there.token_file.read_text() == "abc.def\n"


def test_a_key_that_is_refused_is_asked_for_again_and_never_kept_in_the_draft(tmp_path: Path) -> None:
    draft = setup_dialogue.Draft(tmp_path / "draft.yaml")
    known = setup_dialogue.Known(
        load_catalogue(),
        N100,
        Settings(),
        refuses=lambda url, token: "" if token == "right" else "refused",
    )
    given = {"home": "http://192.168.1.5:8123"}
    told: list[str] = []
    tokens = iter(["wrong", "right"])
    dialogue = setup_dialogue.Dialogue(known, given, draft, yes=False)
    answers = dialogue.run(told.append, lambda prompt: "", lambda prompt: next(tokens), "f")
    assert answers["home_token"] == "right"
    assert "home_token: refused; copy it anew, or press Enter to leave it out for now" in told
    assert "right" not in (tmp_path / "draft.yaml").read_text()


def test_two_microphones_are_asked_about_and_one_is_not(tmp_path: Path) -> None:
    devices = {
        "microphone": {"default": "", "USB microphone": "", "webcam": ""},
        "speaker": {"default": ""},
    }
    known = setup_dialogue.Known(load_catalogue(), N100, Settings(), devices=lambda: devices)
    asked: list[str] = []

    def ask(prompt: str) -> str:
        return "usb" if any("Which microphone" in line for line in asked[-6:]) else ""

    draft = setup_dialogue.Draft(tmp_path / "draft.yaml")
    answers = setup_dialogue.Dialogue(known, {}, draft, yes=False).run(asked.append, ask, ask, "f")
    assert answers["microphone"] == "USB microphone"
    assert "speaker" not in answers


@pytest.mark.parametrize(
    "said", ["\x1b[31m", "x" * 5000, "\x00", "'; rm -rf /", "[1, 2]", "&a", "  \t ", "?"]
)
def test_nothing_that_is_typed_breaks_a_question(said: str, tmp_path: Path) -> None:
    """Each question gets it once, then Enter."""
    turn = iter([said, ""] * 60)
    draft = setup_dialogue.Draft(tmp_path / "draft.yaml")
    known = setup_dialogue.Known(load_catalogue(), N100, Settings())
    dialogue = setup_dialogue.Dialogue(known, {}, draft, yes=False)
    told: list[str] = []
    answers = dialogue.run(told.append, lambda prompt: next(turn), lambda prompt: "", "f")
    assert answers["language"] == "en"
    assert not any("Traceback" in line for line in told)
    assert setup_dialogue.Draft(tmp_path / "draft.yaml").answers["language"] == "en"


# ── updates ──────────────────────────────────────────────────────────────────────────────────────


def test_where_releases_lie_is_asked_only_where_updates_are_wanted() -> None:
    wanted = {each.key: each.settled for each in setup_updates.questions("yes", {})}
    assert wanted == {"updates": False, "update_index": False, "update_key": False}
    assert [each.key for each in setup_updates.questions("no", {}) if not each.settled] == ["updates"]
    assert next(setup_updates.questions("", {})).default == "no"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("update_index", "http://example.org/index.json"),
        ("update_index", "example"),
        ("update_key", "abc"),
        ("update_key", "g" * 64),
    ],
)
def test_a_wrong_address_or_key_of_releases_is_asked_for_again(key: str, said: str) -> None:
    question = next(each for each in setup_updates.questions("yes", {}) if each.key == key)
    with pytest.raises(setup_question.WrongAnswer, match=key):
        question.taken(said)


def test_a_key_that_was_copied_in_pieces_is_one() -> None:
    question = list(setup_updates.questions("yes", {}))[-1]
    assert question.taken(" AB" * 32) == "ab" * 32


# ── voices ───────────────────────────────────────────────────────────────────────────────────────


def _dialogue(
    tmp_path: Path, hear: Callable[[str, str | None, Callable[[str], None]], None] | None
) -> Dialogue:
    known = Known(load_catalogue(), N100, Settings(), hear=hear)
    return Dialogue(known, {}, Draft(tmp_path / "draft.yaml"), yes=False)


def test_each_voice_can_be_heard_before_it_is_chosen(tmp_path: Path) -> None:
    heard: list[str] = []
    dialogue = _dialogue(tmp_path, lambda name, speaker, out: heard.append(name))
    said = iter(("hear", "hear 1", "play slate", "hear nobody", "1"))
    told: list[str] = []

    def ask(prompt: str) -> str:
        at_voices = any(line.startswith("Which voice?") for line in told)
        return next(said, "") if at_voices else ""

    answers = dialogue.run(told.append, ask, ask, "")
    names = [name for name, voice in load_catalogue().voices.items() if voice.language == "en"]
    assert heard == ["lj", names[0], "slate"]
    assert answers["voice"] == names[0]
    assert any("hear 2" in line for line in told)


def test_where_nothing_sounds_no_voice_is_offered_to_be_heard(tmp_path: Path) -> None:
    told: list[str] = []
    _dialogue(tmp_path, None).run(told.append, lambda prompt: "", lambda prompt: "", "")
    assert any("to hear them later" in line for line in told)

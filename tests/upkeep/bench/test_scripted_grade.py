"""The house on engines with costs, on virtual time."""

import json
from dataclasses import replace

import pytest

from assistant.messages import Reply
from assistant.upkeep.bench import figures, manners
from assistant.upkeep.bench.bench import Benching, bench
from assistant.upkeep.bench.bounds import bounds
from assistant.upkeep.bench.findings import GOALS, Figure, Findings, Goal
from assistant.upkeep.bench.profiles import free, load_profile
from assistant.upkeep.bench.said import COMMANDS, QUESTIONS, Said
from assistant.upkeep.bench.scripted_grade import bed_of, turns
from assistant.upkeep.bench.techniques import Techniques
from assistant.upkeep.bench.turn import Turn

PI5 = load_profile("pi5")
SCRIPT = (COMMANDS[0], COMMANDS[10], QUESTIONS[3])


@pytest.fixture(scope="module")
def sequential() -> list[Turn]:
    return turns(PI5, Techniques.none(), SCRIPT)


@pytest.fixture(scope="module")
def ours() -> list[Turn]:
    return turns(PI5, Techniques(), SCRIPT)


def test_the_same_run_gives_the_same_milliseconds(ours: list[Turn]) -> None:
    again = turns(PI5, Techniques(), SCRIPT)
    assert [turn.first_sound_ms for turn in again] == [turn.first_sound_ms for turn in ours]


def test_sequential_takes_what_its_stages_take_in_a_row(sequential: list[Turn]) -> None:
    command = sequential[0]
    assert command.silence_ms is not None
    assert 700 <= command.silence_ms <= 740
    stages_s = PI5.wide_s(2.0, short=False) + PI5.home_ms.value / 1000
    voice_s = PI5.voice_first_ms.value / 1000 + PI5.voice_factor.value * 0.05 * len(
        "The kitchen light is on."
    )
    assert command.first_sound_ms == pytest.approx(command.silence_ms + 1000 * (stages_s + voice_s), abs=12)


def test_the_words_are_understood_and_go_where_they_belong(sequential: list[Turn], ours: list[Turn]) -> None:
    for found in (sequential, ours):
        assert [turn.heard for turn in found] == [said.words for said in SCRIPT]
        assert [turn.route for turn in found] == ["intents", "intents", "llm"]


def test_nothing_sounds_before_the_end_of_the_utterance_is_called(ours: list[Turn]) -> None:
    for turn in ours:
        assert turn.first_sound_s is not None
        assert turn.committed_s is not None
        assert turn.committed_s <= turn.first_sound_s


def test_no_turn_beats_its_own_critical_path(sequential: list[Turn], ours: list[Turn]) -> None:
    for turn in (*sequential, *ours):
        bound, measured = figures.critical_path_ms(turn), turn.first_sound_ms
        assert bound is not None
        assert measured is not None
        assert bound <= measured + 1


def test_no_command_told_by_its_read_back_beats_the_profiles_bound(ours: list[Turn]) -> None:
    findings = Findings()
    bounds(findings, PI5)
    least_ms = findings.figures["Raspberry Pi 5: command, least possible"].value
    measured = ours[0].first_sound_ms
    assert measured is not None
    assert least_ms - 32 <= measured


def test_a_rehearsed_house_answers_a_command_at_once_that_was_never_said(ours: list[Turn]) -> None:
    (fresh,) = turns(PI5, Techniques(), SCRIPT[:1], rehearsed=False)
    assert fresh.first_sound_ms is not None
    assert ours[0].first_sound_ms is not None
    assert ours[0].first_sound_ms < fresh.first_sound_ms - 300


def test_a_cold_prompt_is_read_whole_after_the_end_is_called(
    sequential: list[Turn], ours: list[Turn]
) -> None:
    cold, kept = sequential[2].prefilled_after_commit, ours[2].prefilled_after_commit
    assert cold is not None
    assert kept is not None
    assert kept < cold / 4


def test_each_technique_is_a_switch_of_its_own() -> None:
    none = Techniques.none()
    for name, alone in Techniques.alone().items():
        others = {key: getattr(alone, key) for key in Techniques.alone() if key != name}
        assert getattr(alone, name) is True
        assert not any(others.values())
        assert not getattr(none, name)
        assert Techniques.without()[name] == replace(Techniques(), **{name: False})


def test_a_sentence_with_a_long_pause_is_cut_off_and_told_as_such() -> None:
    broken = Said("pause", ("add milk and", 2.0, "eggs to the shopping list"))
    (turn,) = turns(PI5, Techniques.none(), (broken,))
    assert turn.cut_off


def test_a_sentence_without_one_is_not(sequential: list[Turn], ours: list[Turn]) -> None:
    assert not any(turn.cut_off for turn in (*sequential, *ours))


def test_the_house_makes_way_for_one_who_speaks() -> None:
    findings = Findings()
    manners.barge_in(findings, PI5, 2)
    for name in ("wake detection → ducked, p95", "accepted word → silence, p95"):
        assert 0 <= findings.figures[name].value <= 120


def test_what_the_hub_itself_takes_is_measured_with_free_engines() -> None:
    findings = Findings()
    manners.hub_cost(findings, bed_of(free(PI5), Techniques()), 4)
    assert findings.figures["hub cost a turn, p99"].value > 0


# ── what is told ─────────────────────────────────────────────────────────────────────────────────


def test_a_goal_counts_by_the_bad_end_of_the_interval() -> None:
    least = Goal("quick", "x", 8, least=True)
    assert least.met(Figure("x", 9.0, "x", 8.5, 10.0))
    assert not least.met(Figure("x", 9.0, "x", 7.5, 10.0))
    most = Goal("late", "x", 300, least=False)
    assert most.met(Figure("x", 299.0, "ms"))
    assert not most.met(Figure("x", 250.0, "ms", 200.0, 301.0))


def test_what_was_not_measured_is_told_with_its_reason_and_never_as_a_number() -> None:
    findings = Findings()
    findings.miss("random: A / ours", "no models")
    told = findings.as_json()
    goals = told["goals"]
    assert isinstance(goals, list)
    assert len(goals) == len(GOALS)
    assert all(isinstance(goal, dict) and goal["figure"] is None and goal["met"] is None for goal in goals)
    missed = told["not_measured"]
    assert isinstance(missed, list)
    assert {"name": "random: A / ours", "why": "no models"} in missed
    lines: list[str] = []
    findings.tell(lines.append)
    assert any("not measured: no models" in line for line in lines)


def test_a_figure_that_is_no_number_is_not_measured() -> None:
    findings = Findings()
    findings.add(Figure("p50", float("nan"), "ms"))
    assert not findings.figures
    assert "p50" in findings.not_measured


@pytest.mark.slow
def test_a_quick_run_tells_every_goal_and_draws_every_turn(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path)) / "svg"
    lines: list[str] = []
    assert (
        bench(Benching(quick=True, as_json=True, svg=folder, grade="scripted", profile="pi5"), lines.append)
        == 0
    )
    told = json.loads(lines[-1])
    assert set(told) == {"goals", "figures", "not_measured", "notes"}
    for goal in told["goals"]:
        assert set(goal) == {"name", "figure", "interval", "goal", "met", "bound"}
        assert (goal["figure"] is None) == (goal["met"] is None)
    for figure in told["figures"]:
        assert set(figure) == {"name", "value", "unit", "interval", "about"}
    assert all(missed["why"] for missed in told["not_measured"])
    assert list(folder.glob("*.svg"))


TWICE = (COMMANDS[0], COMMANDS[2], COMMANDS[4])
"""All ask the home for something; from the second on the house knows that this takes a while."""


def test_the_subject_sounds_at_the_end_of_speech_and_the_claim_only_after_the_report() -> None:
    found = turns(PI5, Techniques(), TWICE)[1:]
    for turn in found:
        reported_s = max(span.ended_s for span in turn.spans if span.engine == "home")
        told_s = [e.t for e in turn.entries if isinstance(e.happening, Reply)]
        assert turn.committed_s is not None
        assert turn.first_sound_s is not None
        assert -1e-6 <= turn.first_sound_s - turn.committed_s < 0.03
        assert turn.first_sound_s < reported_s <= told_s[0] + 1e-6
    texts = [e.happening.text for turn in found for e in turn.entries if isinstance(e.happening, Reply)]
    assert texts == ["The fan is on.", "The kitchen light is off."]


def test_with_the_technique_off_nothing_of_a_claim_sounds_before_the_report() -> None:
    for turn in turns(PI5, Techniques(subject_first=False), TWICE):
        reported_s = max(span.ended_s for span in turn.spans if span.engine == "home")
        assert turn.first_sound_s is not None
        assert turn.first_sound_s >= reported_s - 1e-6

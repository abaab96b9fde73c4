"""The scorer: our own suites, one nobody here wrote, and that it can tell wrong from right."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.devices.task_states import Task, Wanted
from assistant.errors import AssistantError
from assistant.skills.policy import Policy
from assistant.upkeep.score import TRUSTED, differences, report, score, table
from assistant.upkeep.score_mind import opened_llm
from tests.models import tiny_gguf
from tests.think.test_converse import Near
from tests.voices import shared

OWN = Path(__file__).parent / "suites"
WIDE = Path(__file__).parent / "wide"
SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts" / "score_assist.py"


def failures(asked: list[object]) -> list[object]:
    return [one for one in asked if not getattr(one, "right", False)]


@pytest.mark.parametrize("policy", [TRUSTED, Policy()], ids=["trusted", "default"])
async def test_paraphrases_over_other_names(policy: Policy) -> None:
    asked = await score(OWN, policy)
    assert failures(list(asked)) == []
    assert len(asked) >= 80


@pytest.mark.slow
@pytest.mark.parametrize("policy", [TRUSTED, Policy()], ids=["trusted", "default"])
async def test_homes_of_the_world(policy: Policy) -> None:
    """Eight homes with names of their own and the words of many people; what is beyond us is not in there."""
    asked = await score(WIDE, policy)
    assert failures(list(asked)) == []
    assert len(asked) >= 440


@pytest.mark.parametrize("policy", [TRUSTED, Policy()], ids=["trusted", "default"])
async def test_tasks_nobody_here_wrote(policy: Policy) -> None:
    asked = await score(shared("assist-mini"), policy)
    assert len(asked) == 50
    assert failures(list(asked)) == []


async def test_what_needs_proof_is_refused_aloud_and_nothing_else() -> None:
    asked = await score(OWN / "cottage", Policy())
    refused = {one.sentence for one in asked if "matter of security" in one.said}
    assert refused == {
        "Open the carport gate",
        "Open the gate",
        "Unlock the Nuki Bolt",
        "Unlock the door on the porch",
    }


async def test_a_wrong_expectation_is_a_failure(tmp_path: Path) -> None:
    shutil.copy(OWN / "flat" / "_fixtures.yaml", tmp_path)
    (tmp_path / "wrong.yaml").write_text(
        "tests:\n- sentences: [Pause the old tannoy]\n  expect_changes: {}\n"
        "- sentences: [Tell me a joke]\n  expect_changes: {media_player.tannoy: {state: paused}}\n"
        "- sentences: [Pause the old tannoy]\n  expect_changes: {media_player.tannoy: {state: paused}}\n",
        encoding="utf-8",
    )
    told = report(await score(tmp_path))
    assert (told["right"], told["total"]) == (1, 3)
    assert [failure["route"] for failure in told["failures"]] == ["intents", "none"]


def test_the_script_prints_json_and_fails_with_a_failure(tmp_path: Path) -> None:
    shutil.copy(OWN / "flat" / "_fixtures.yaml", tmp_path)
    (tmp_path / "one.yaml").write_text(
        "tests:\n- sentences: [Pause the old tannoy, Hum a tune]\n"
        "  expect_changes: {media_player.tannoy: {state: paused}}\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path), "--json"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    told = json.loads(ran.stdout)
    assert (told["right"], told["total"]) == (1, 2)
    assert told["failures"][0]["sentence"] == "Hum a tune"


def test_only_what_is_ignored_may_differ() -> None:
    task = Task(
        sentences=("x",),
        expect_changes={"cover.a": Wanted(state="open", attributes={"tilt": 1})},
        ignore_changes={"cover.a": ("current_position",)},
    )
    was = {
        "cover.a": Wanted(state="closed", attributes={"current_position": 0}),
        "light.b": Wanted(state="off"),
    }
    now = {
        "cover.a": Wanted(state="open", attributes={"current_position": 50}),
        "light.b": Wanted(state="on", attributes={"brightness": 3}),
    }
    assert list(differences(task, was, now)) == [
        "cover.a: expected tilt 1 but it is None",
        "light.b: expected off but it is on",
        "light.b: expected brightness None but it is 3",
    ]
    missing = Task(sentences=("x",), expect_changes={"lock.z": Wanted(state="locked")})
    assert list(differences(missing, was, was)) == ["lock.z: not in the fixtures"]


LLM_TASKS = """\
tests:
- sentences: [Pause the old tannoy]
  expect_changes: {media_player.tannoy: {state: paused}}
- sentences: ["[endless] hum a tune", "[call] hum a tune", "[think] hum a tune"]
  expect_changes: {}
- sentences: ["[claim] hum a tune"]
  expect_changes: {media_player.tannoy: {state: paused}}
"""


async def test_what_no_intent_fits_goes_to_the_language_model(tmp_path: Path) -> None:
    shutil.copy(OWN / "flat" / "_fixtures.yaml", tmp_path)
    (tmp_path / "llm.yaml").write_text(LLM_TASKS, encoding="utf-8")
    llm = Near(
        {"tool": "media_control", "arguments": {"targets": ["old tannoy"], "action": "pause"}},
        to="[claim] hum a tune",
    )
    told = report(asked := await score(tmp_path, TRUSTED, llm))
    assert [one.route for one in asked] == ["intents", "llm", "llm", "llm", "llm"]
    assert any("1 by intents, 4 by llm" in line for line in table(asked))
    assert told["failures"] == []
    assert told["total"] == 5


def test_the_script_runs_a_model_to_the_end(tmp_path: Path) -> None:
    if find_spec("llama_cpp") is None:
        pytest.skip("needs the full profile (uv sync --extra full)")
    shutil.copy(OWN / "flat" / "_fixtures.yaml", tmp_path)
    (tmp_path / "llm.yaml").write_text(LLM_TASKS, encoding="utf-8")
    command = [sys.executable, str(SCRIPT), str(tmp_path), "--llm", str(tiny_gguf())]
    ran = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["right"], told["total"]) == (1, 4, 5)
    assert [(one["sentence"], one["route"]) for one in told["failures"]] == [("[claim] hum a tune", "llm")]


@pytest.mark.parametrize("name", ["no-such-model", "/no/such.gguf", "http://", "https://8.8.8.8/v1#x"])
async def test_a_model_that_cannot_be_had_is_an_error_of_ours(name: str) -> None:
    with pytest.raises(AssistantError):
        async with opened_llm(name):
            pass

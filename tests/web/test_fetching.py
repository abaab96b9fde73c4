"""The page fetches and removes a model by the real command, from a hub on this box."""

import asyncio
import time
from pathlib import Path

import pytest

from assistant.upkeep import errand
from assistant.web.errands import ASSISTANT, Errands
from assistant.web.posted import Posted
from tests.upkeep.hub import entry, served_as, serving
from tests.web.test_page import visiting

NAME, FILES = "tiny-ear", {"model.bin": b"weights" * 20_000, "config.json": b"{}"}


@pytest.mark.slow
async def test_a_model_comes_by_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "models:\n" + entry("stt", "faster_whisper", NAME, FILES)
    await asyncio.to_thread((tmp_path / "models.yaml").write_text, text)
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path))
    with serving(served_as(NAME, FILES)) as hub:
        monkeypatch.setenv("HEARTH_HUB", hub.address)
        async with visiting(command=ASSISTANT) as visit:
            monkeypatch.setenv("HEARTH_DATA", str(visit.hall.settings().data_folder))
            await visit.enter()
            assert (await visit.post("/api/models", {"do": "pull", "id": NAME})).status_code == 200
            await visit.page.errands.ended()
            found = (await visit.http.get("/api/models")).json()
            assert found["errand"]["state"] == "done", found["errand"]
            shown = {each["id"]: each for each in found["models"]}
            assert shown[NAME]["installed"]
            await visit.post("/api/models", {"do": "remove", "id": NAME})
            await visit.page.errands.ended()
            shown = {each["id"]: each for each in (await visit.http.get("/api/models")).json()["models"]}
            assert not shown[NAME]["installed"]


def _until_there(file: Path) -> None:
    while not file.exists():
        time.sleep(0.01)


@pytest.mark.slow
async def test_under_the_service_another_unit_fetches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "models:\n" + entry("stt", "faster_whisper", NAME, FILES)
    await asyncio.to_thread((tmp_path / "models.yaml").write_text, text)
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path))
    with serving(served_as(NAME, FILES)) as hub:
        monkeypatch.setenv("HEARTH_HUB", hub.address)
        async with visiting(errands=Posted()) as visit:
            monkeypatch.setenv("HEARTH_ENGINES", "/nonexistent/socket")
            monkeypatch.setenv("HEARTH_DATA", str(visit.hall.settings().data_folder))
            await visit.enter()
            assert (await visit.post("/api/models", {"do": "pull", "id": NAME})).status_code == 200
            await asyncio.to_thread(_until_there, errand.folder() / errand.ASKED)
            unit = await asyncio.create_subprocess_exec(*ASSISTANT, "models", "errand")
            assert await unit.wait() == 0
            await visit.page.errands.ended()
            found = (await visit.http.get("/api/models")).json()
            assert found["errand"]["state"] == "done", found["errand"]
            assert {each["id"]: each for each in found["models"]}[NAME]["installed"]
            assert not (errand.folder() / errand.ASKED).exists()


def test_only_models_of_the_catalogue_can_be_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HEARTH_CONFIG", str(tmp_path))
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path))
    for name in ("--settings", "../etc", "what somebody said"):
        errand.ask(f"errand {name}", [name])
        assert not errand.run_errands()
        told = errand.told()
        assert told is not None
        assert told.state == "failed"
    errand.take_back()
    assert errand.run_errands()


def test_the_command_is_our_own() -> None:
    assert Errands().command[1:] == ("-m", "assistant")

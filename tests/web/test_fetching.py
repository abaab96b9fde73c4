"""The page fetches and removes a model by the real command, from a hub on this box."""

import asyncio
from pathlib import Path

import pytest

from assistant.web.errands import ASSISTANT, Errands
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


def test_the_command_is_our_own() -> None:
    assert Errands().command[1:] == ("-m", "assistant")

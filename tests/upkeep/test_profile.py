"""Which packages the settings need."""

from pathlib import Path

import pytest

from assistant.upkeep.profile import main, named_settings


@pytest.mark.parametrize(
    ("yaml", "status"),
    [
        ("language: en", 1),
        ("ears: {wide: {model: whisper-base.en}}", 0),
        ("ears: {wide: {engine: wyoming, address: 'box:10300'}}", 1),
        ("ears: {wide: {engine: wyoming, address: 'box:10300'}, fallback: {model: whisper-base.en}}", 0),
        ("mind: {llm: {model: qwen3-1.7b}}", 0),
        ("mind: {llm: {engine: openai, model: any, base_url: 'http://127.0.0.1:8080/v1'}}", 1),
        ("voice: lj", 0),
        ("voice: slate", 1),
        ("no such key: at all", 1),
    ],
)
def test_the_full_profile_is_asked_for_by_models_only(tmp_path: Path, yaml: str, status: int) -> None:
    file = tmp_path / "assistant.yaml"
    file.write_text(yaml)
    assert main(["run", "--settings", str(file)]) == status
    assert main(["run", f"--settings={file}"]) == status


def test_without_settings_named_the_usual_places_count() -> None:
    assert named_settings(["ask", "hello"]) is None

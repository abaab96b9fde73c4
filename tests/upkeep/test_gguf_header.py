"""The head of a GGUF: read for what it is, whatever anybody wrote into it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import AssistantError
from assistant.upkeep.gguf_header import GgufHead, read_head
from tests import models

gguf = pytest.importorskip("gguf")


@pytest.fixture(scope="module")
def whole() -> bytes:
    return models.tiny_gguf().read_bytes()


def test_a_whole_model_is_read(whole: bytes) -> None:
    head = read_head(models.tiny_gguf())
    assert (head.architecture, head.name, head.context, head.hybrid) == (
        "llama",
        "tiny test model",
        4096,
        False,
    )
    assert head.call_format == "hermes"
    assert len(whole) - 64 <= head.needs_bytes <= len(whole)


def test_a_cut_model_is_seen_though_its_head_is_whole(whole: bytes, tmp_path: Path) -> None:
    file = tmp_path / "cut.gguf"
    file.write_bytes(whole[:-100])
    with pytest.raises(AssistantError, match="is cut off"):
        read_head(file)


def test_hybrids_and_ways_to_call_are_known() -> None:
    def head(architecture: str, template: str) -> GgufHead:
        return GgufHead(architecture, "", "", (), template, 0, 0)

    assert head("qwen35", "").hybrid
    assert not head("qwen3", "").hybrid
    assert head("phi3", "<|tool_call|>[]<|/tool_call|>").call_format == "phi4"
    assert head("llama", "<|python_tag|>").call_format == "llama3"
    assert head("llama", "{{ messages }}").call_format is None


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 30_000), bits=st.integers(1, 255), cut=st.integers(0, 40_000))
def test_whatever_is_broken_ends_in_words(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, at: int, bits: int, cut: int
) -> None:
    broken = bytearray(whole)
    broken[min(at, len(broken) - 1)] ^= bits
    file = tmp_path_factory.mktemp("broken") / "x.gguf"
    file.write_bytes(broken[: len(broken) - cut])
    try:
        read_head(file)
    except AssistantError as error:
        assert str(file) in str(error)  # noqa: PT017 - either outcome is right


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_of_anybodys_do_more_than_that(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes
) -> None:
    file = tmp_path_factory.mktemp("noise") / "x.gguf"
    file.write_bytes(b"GGUF\x03\0\0\0" + noise)
    with pytest.raises(AssistantError):
        read_head(file)

"""What of a bench is asked for by itself."""

import pytest

from assistant.errors import AssistantError
from assistant.upkeep.bench.rows import ROWS, rows_of


def test_nothing_named_is_everything() -> None:
    assert rows_of("") == rows_of(" , ") == frozenset(ROWS)


def test_rows_are_named_with_commas() -> None:
    assert rows_of("wyoming, pipecat") == {"wyoming", "pipecat"}


def test_a_row_that_is_none_is_named_with_those_there_are() -> None:
    with pytest.raises(AssistantError, match=r"'wyomin'\. Fix: some of machine, start"):
        rows_of("wyomin")

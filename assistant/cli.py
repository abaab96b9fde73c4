"""The command line: parses, calls, prints."""

from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    raise NotImplementedError(arguments)

"""Others on the same models: filled in below."""

from collections.abc import Callable, Sequence

from assistant.upkeep.bench.findings import Findings
from assistant.upkeep.bench.random_models import RandomModels
from assistant.upkeep.bench.said import Said
from assistant.upkeep.bench.turn import Turn


def compare(
    models: RandomModels,
    script: Sequence[Said],
    ours: Sequence[Turn],
    findings: Findings,
    tell: Callable[[str], None],
) -> None:
    """Nothing yet."""

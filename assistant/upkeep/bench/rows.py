"""What of a run on this machine can be asked for by itself."""

from assistant.errors import AssistantError

ROWS = {
    "machine": "wake streams, the narrow ear, recordings of people",
    "start": "a hub's start, memory and rest",
    "sequential": "one thing after the other (A)",
    "busy": "with every core busy",
    "profiles": "Pipecat at a Pi 5's costs, in real time",
    "wyoming": "Wyoming servers (C)",
    "pipecat": "a Pipecat pipeline (D)",
}
"""Each with what it times."""


def rows_of(text: str) -> frozenset[str]:
    """`wyoming,pipecat` → the rows. AssistantError names one that is none."""
    asked = [part.strip() for part in text.split(",") if part.strip()]
    for name in asked:
        if name not in ROWS:
            raise AssistantError(f"There is no row {name!r}. Fix: some of {', '.join(ROWS)}.")
    return frozenset(asked or ROWS)

"""What hassil found in a text → slots, and which of its findings is the better one."""

from hassil.recognize import RecognizeResult

from assistant.think.said import Slot


def slots_of(result: RecognizeResult) -> list[Slot]:
    """Its slots, in the order spoken."""
    return [
        Slot(e.name, e.value, e.is_wildcard, (e.metadata or {}).get("kinds", frozenset()))
        for e in result.entities_list
    ]


def rank(result: RecognizeResult) -> tuple[int, int, int, int]:
    """Better first: no open slots, names before areas, few slots, much literal text."""
    open_slots = sum(entity.is_wildcard for entity in result.entities_list)
    places = sum(entity.name in {"lights_of", "scope"} for entity in result.entities_list)
    return open_slots, places, len(result.entities_list), -result.text_chunks_matched

"""A frame of Home Assistant's WebSocket ⇄ messages: JSON objects with a type, one or a list of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from assistant.devices.home_assistant.trouble import LinkError

LARGEST_BYTES: Final = 32 * 1024 * 1024
"""Of one frame: the states of some 30,000 entities. More is no home."""
MOST_MESSAGES: Final = 100_000

Message = Mapping[str, Any]


def decoded(frame: str | bytes) -> Sequence[Message]:
    """The messages of a frame, in order; LinkError for anything else."""
    try:
        data = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise LinkError("Home Assistant sent what is no JSON") from error
    messages = data if isinstance(data, list) else [data]
    if len(messages) > MOST_MESSAGES or not all(
        isinstance(each, dict) and isinstance(each.get("type"), str) for each in messages
    ):
        raise LinkError("Home Assistant sent JSON that is no message")
    return messages


def encoded(message: Message) -> str:
    """One message as a text frame."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False)

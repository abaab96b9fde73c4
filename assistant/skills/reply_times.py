"""Alarms and reminders, told in another language with the time that was read back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from assistant.messages import ToolCall, ToolResult
from assistant.skills.reply_file import Replies

Made = Callable[[ToolCall, ToolResult, Replies], str]


def entry_set(kind: str) -> Made:
    """An alarm or reminder that is on disk now; of one that comes again, its next time."""

    def said(call: ToolCall, result: ToolResult, replies: Replies) -> str:
        entry = result.values.get(kind)
        return _told(f"{kind}_set", entry, replies) if result.ok and isinstance(entry, dict) else ""

    return said


def entries(kind: str) -> Made:
    """Those that are set."""

    def said(call: ToolCall, result: ToolResult, replies: Replies) -> str:
        there = result.values.get(f"{kind}s")
        if not result.ok or not isinstance(there, list):
            return ""
        key = "alarm_left" if kind == "alarm" else "unheard_reminder"
        told = [_told(key, entry, replies).removesuffix(".") for entry in there if isinstance(entry, dict)]
        return f"{'; '.join(told)}." if told else replies.tools[f"{kind}_none"]

    return said


def cancelled(kind: str) -> Made:
    """How many are gone."""

    def said(call: ToolCall, result: ToolResult, replies: Replies) -> str:
        count = result.values.get("cancelled")
        if not result.changed or not isinstance(count, int):
            return ""
        return replies.tools[f"{kind}s_cancelled"].format(count=count)

    return said


def _told(key: str, entry: Mapping[str, Any], replies: Replies) -> str:
    due = datetime.fromisoformat(str(entry["due"]))
    at = replies.tools["unheard_on"].format(
        day=due.day, month=replies.months[due.month - 1], hour=due.hour, minute=f"{due.minute:02}"
    )
    name = f"{entry['name']}: " if entry.get("name") else ""
    return replies.tools[key].format(at=at, name=name, text=entry.get("text", ""))

"""What a check of the box came to."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One check."""

    check: str
    good: bool | None
    """None: it can't be looked at on this box."""
    told: str
    fix: str = ""
    """One command, or one thing to do."""
    mend: "Callable[[], Finding] | None" = field(default=None, compare=False)
    """Does it; blocking. What it came to, or an AssistantError."""

    def as_json(self) -> dict[str, object]:
        """`check`, `good`, `told` and, where something is to mend, `fix`."""
        fix = {"fix": self.fix} if self.good is False and self.fix else {}
        return {"check": self.check, "good": self.good, "told": self.told, **fix}

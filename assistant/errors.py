"""Every error a person may meet; each carries the sentence that may be spoken.

AssistantError
  x SettingsError   the owner's YAML or models.yaml is wrong: file, line, key and fix
  x ModelMissing    a model file is not on this box, or not the one the catalogue names
  x AudioError      a sound file or a sound device cannot be used
  x EngineError
      + EngineTimeout   no progress within the deadline
      + EngineGone      the worker died
  x ToolError       a tool could not do what was asked
  x DiskError       what should be kept cannot be written or read
  x WireError       bytes from outside break the protocol
"""

MAYBE_DONE = "Sorry, I broke off. What you asked for may be done already."


class AssistantError(Exception):
    """A failure with a sentence for the log (`str(error)`) and one for the room (`spoken`)."""

    spoken = "Sorry, something went wrong."

    def __init__(self, message: str, *, spoken: str | None = None) -> None:
        super().__init__(message)
        if spoken is not None:
            self.spoken = spoken

    def apology(self, *, acted: bool) -> str:
        """What the room is told; never an invitation to repeat what may have been done (`acted`)."""
        return MAYBE_DONE if acted else self.spoken


class SettingsError(AssistantError):
    """The settings cannot be used; the message names file, line, key and fix."""

    spoken = "Sorry, my settings have a mistake. The settings check says where."


class ModelMissing(AssistantError):
    """A model is configured but its files are not here, or are not what the catalogue says."""

    spoken = "Sorry, a model I need is not installed."


class AudioError(AssistantError):
    """A recording or a sound device cannot be used."""

    spoken = "Sorry, I can't use the sound device."


class EngineError(AssistantError):
    """An engine refused or failed a call."""

    spoken = "Sorry, I had a hiccup. Please say that again."
    retryable = False
    """The worker is to blame, not the input: the same call may work on a fresh one."""


class EngineTimeout(EngineError):
    """An engine made no progress within its deadline and was stopped."""


class EngineGone(EngineError):
    """An engine's process ended in the middle of a call."""


class ToolError(AssistantError):
    """A tool could not do what was asked; nothing is claimed."""

    spoken = "Sorry, I couldn't do that."


class DiskError(AssistantError):
    """The database refuses: full, read-only, damaged or from a newer version. Nothing was kept."""

    spoken = "Sorry, my disk refuses, so I could not keep that."


class WireError(AssistantError):
    """Bytes from another process break the protocol."""

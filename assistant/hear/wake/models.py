"""Settings → which models listen for a wake word, and how sure they must be.

A built-in word has a model in each family where one exists; an owner's own model is one file with a small
manifest beside it that says which family it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from assistant.errors import SettingsError
from assistant.hear.wake.manifest import read_manifest
from assistant.messages import JsonValue

Family: TypeAlias = Literal["micro", "open", "onnx"]

ENGINES: Mapping[Family, str] = {
    "micro": "micro_wake_word",
    "open": "open_wake_word",
    "onnx": "openwakeword_onnx",
}
"""The registered name of each family's engine."""

MICRO_WORDS: Mapping[str, float] = {"alexa": 0.9, "hey_jarvis": 0.97, "hey_mycroft": 0.95, "okay_nabu": 0.85}
"""microWakeWord's shipped models with the cut-off their makers chose for running them alone."""

OPEN_WORDS: Mapping[str, float] = dict.fromkeys(
    ("alexa", "hey_jarvis", "hey_mycroft", "hey_rhasspy", "okay_nabu"), 0.5
)
"""openWakeWord's shipped models with their makers' threshold."""

SENSITIVITIES: Mapping[str, float] = {"low": 0.3, "normal": 0.5, "high": 0.7}

FUSED_THRESHOLD = 0.47
"""Mean of both families' peaks: it missed 2.4 % of 165 recordings of people, either family alone 5.2 %. Two
minutes of kitchen noise reached 0.458, wherever the models' steps fell; no person lay in 0.43 to 0.50."""

_LOOK: Mapping[Family, float] = {"micro": 0.005, "open": 0.2, "onnx": 0.2}
"""First-stage scores worth a closer look. A wake word with the command in the same breath may give
microWakeWord no more than 0.007; in 53 minutes of other speech 0.005 was reached 28 times."""

_SENSE: Mapping[Family, float] = {"micro": 0.2, "open": 0.3, "onnx": 0.3}
"""First-stage scores that open the ear at once; in the same 53 minutes microWakeWord reached 0.1 never."""

_LATE_MS: Mapping[Family, int] = {"micro": 100, "open": 240, "onnx": 290}
"""How long after the word's end the first stage reaches its sense score: a mean over five synthetic voices
aligned by a recogniser (micro -170 to +160, open -90 to +350 ms), set so that no command loses its start."""


@dataclass(frozen=True, slots=True)
class WakeModel:
    """One model: its engine's registered name and that engine's options."""

    engine: str
    options: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WakePlan:
    """How one wake word is listened for."""

    word: str
    first: WakeModel
    """Runs on the live stream."""
    confirmer: WakeModel | None
    """Looks at the last second once `first` senses something; None: `first` decides alone."""
    look: float
    """The first stage's score that is worth asking the confirmer."""
    sense: float
    """The first stage's score that opens the ear."""
    threshold: float
    """The decision: mean of both peaks, or the one model's score."""
    late_samples: int
    """How long after the end of the word the score of `first` is half way up."""

    @property
    def phrase(self) -> str:
        """As people say it: "hey jarvis"."""
        return self.word.replace("_", " ")


def plan(word: str, sensitivity: str | float = "normal", folder: Path | None = None) -> WakePlan:
    """The plan for a word such as "hey jarvis": the owner's model of that name in `folder`, else a built-in.

    An unknown word, a bad manifest or sensitivity is a SettingsError.
    """
    name = "_".join(word.lower().replace("_", " ").split())
    own = _own_model(folder, name)
    if own is not None:
        return plan_of_file(own, sensitivity)
    if name in MICRO_WORDS and name in OPEN_WORDS:
        models = _model("micro", name), _model("open", name)
        return _plan(name, "micro", models, FUSED_THRESHOLD, sensitivity)
    if name in OPEN_WORDS:
        return _plan(name, "open", (_model("open", name), None), OPEN_WORDS[name], sensitivity)
    known = ", ".join(sorted({*MICRO_WORDS, *OPEN_WORDS}))
    raise SettingsError(f"no wake word {word!r} is built in; choose one of {known}, or add a model file")


def elsewhere(here: WakePlan, address: str) -> WakePlan:
    """The same word, found by the server at `address`; what is here listens while that one is gone."""
    own = here.first.options.get("model") if here.first.engine != ENGINES["onnx"] else None
    known = here.word if here.word in MICRO_WORDS or here.word in OPEN_WORDS else None
    options: dict[str, JsonValue] = {"address": address, "word": here.word}
    if known is not None and own == known:
        options["model"] = known
    threshold = MICRO_WORDS.get(here.word, 0.5)
    return replace(
        here,
        first=WakeModel("wyoming", options),
        confirmer=None,
        look=min(_SENSE["micro"], threshold),
        sense=min(_SENSE["micro"], threshold),
        threshold=threshold,
        late_samples=_LATE_MS["onnx"] * 16,
    )


def plan_of_file(model: Path, sensitivity: str | float = "normal") -> WakePlan:
    """The plan for an owner's own model file; it needs its manifest beside it (`read_manifest`)."""
    manifest = read_manifest(model)
    options: dict[str, JsonValue] = {"model": str(model)}
    if manifest.family == "micro":
        options["window"] = manifest.window
    first = WakeModel(ENGINES[manifest.family], options)
    return _plan(manifest.word, manifest.family, (first, None), manifest.threshold, sensitivity)


def sensitivity_value(sensitivity: str | float) -> float:
    """low, normal, high or a number from 0 (hardly) to 1 (at the least hint), 0.5 being normal → number."""
    if isinstance(sensitivity, str):
        if sensitivity in SENSITIVITIES:
            return SENSITIVITIES[sensitivity]
    elif 0 <= sensitivity <= 1:
        return float(sensitivity)
    raise SettingsError(f"wake sensitivity {sensitivity!r}: use low, normal, high or a number from 0 to 1")


def _own_model(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    places = (folder / f"{name}{suffix}" for suffix in (".tflite", ".onnx"))
    return next((place for place in places if place.is_file()), None)


def _model(family: Family, name: str) -> WakeModel:
    return WakeModel(ENGINES[family], {"model": name})


def _plan(
    word: str,
    family: Family,
    models: tuple[WakeModel, WakeModel | None],
    threshold: float,
    sensitivity: str | float,
) -> WakePlan:
    bend = 0.2 + 1.6 * sensitivity_value(sensitivity)  # 1 at 0.5; never quite 0
    return WakePlan(
        word=word,
        first=models[0],
        confirmer=models[1],
        look=_LOOK[family],
        sense=min(_SENSE[family], threshold / 2) ** bend,
        threshold=threshold**bend,
        late_samples=_LATE_MS[family] * 16,
    )

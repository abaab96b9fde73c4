"""models.yaml and voices/ → which models and voices there are, and where a model lies on this box."""

import io
import wave
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assistant import paths
from assistant.errors import AudioError, ModelMissing, SettingsError
from assistant.messages import JsonValue, Sound
from assistant.settings_yaml import read_yaml_bytes
from assistant.yaml_text import suggestion

Kind = Literal["stt", "llm", "tts", "wake", "turn"]
SoundName = Literal["listening", "dismissed", "sorry", "ring"]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$")]
FileName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$")
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ModelFile(_Entry):
    """One file of a model in its hub repository."""

    name: FileName
    """Path inside the repository; on this box only its last part is kept."""
    size: int | None = Field(default=None, ge=1)
    """Bytes; None: not known beforehand, the digest decides."""
    sha256: Sha256

    @property
    def local_name(self) -> str:
        return self.name.rpartition("/")[2]


class Model(_Entry):
    """A model: its files by digest, its licence, what it needs."""

    id: Id
    kind: Kind
    engine: str
    repository: str | None = None
    """Hub repository; None for a model that rides in a Python package."""
    commit: Commit | None = None
    """Pinned: a branch may serve other bytes tomorrow."""
    package: str | None = None
    """The Python package that carries it."""
    files: tuple[ModelFile, ...] = ()
    """The first is the model itself."""
    licence: str
    """Of the weights."""
    data_licence: str | None = None
    """Of the recordings a voice was made from."""
    base_voice: str | None = None
    """The voice it was tuned from, whose licence reaches it too; none: made from scratch."""
    non_commercial: bool = False
    """A licence forbids use for profit."""
    provenance: str
    """Who made it, and where the digests were read."""
    languages: tuple[str, ...] = Field(min_length=1)
    """Codes; multi: many."""
    ram_mb: int = Field(ge=1)
    """Estimated from the sizes of its files."""
    tier: Literal["small", "medium", "large"]
    """The box it suits: 2 GB and 2 cores, 4 GB and 4 cores, 8 GB and more."""
    call_format: Literal["hermes", "phi4", "llama3"] | None = None
    """How an LLM writes tool calls; left out: it was not taught to."""
    architecture: Literal["dense", "hybrid"] | None = None
    """hybrid: an LLM that reads its whole prompt again every turn."""
    short_windows: bool = False
    """Whisper weights that bear windows shorter than 30 s."""

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        hub = self.repository is not None and self.commit is not None and len(self.files) > 0
        if hub == (self.package is not None):
            raise ValueError(
                f"{self.id}: give either repository, commit and files, or the package that carries it"
            )
        return self

    @property
    def size_bytes(self) -> int:
        """What a download weighs, as far as it is known."""
        return sum(file.size or 0 for file in self.files)


class Voice(_Entry):
    """A voice: how it speaks, in what manner, with which sounds."""

    name: Id
    engine: Literal["espeak", "piper"]
    model: str
    """piper: a model's id or path; espeak: a voice of espeak-ng, with its variant (en-us+f3)."""
    language: str
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    """1.0 is the model's own pace, 2.0 twice as fast."""
    pitch: int = Field(default=50, ge=0, le=99)
    """espeak only."""
    manner: str = Field(default="", max_length=2000)
    """Told to the LLM: who speaks, and how."""
    sounds: Mapping[SoundName, FileName] = {
        "listening": "listening.wav",
        "dismissed": "dismissed.wav",
        "sorry": "sorry.wav",
        "ring": "ring.wav",
    }
    """Files in voices/sounds; what is left out stays silent."""

    def sound(self, name: SoundName) -> Sound | None:
        """One of its sounds, or None when it has none. Raises AudioError."""
        file = self.sounds.get(name)
        return None if file is None else read_sound(file)


class _ModelsFile(_Entry):
    models: tuple[Model, ...]


class Catalogue:
    """All models and voices by name."""

    def __init__(self, models: Mapping[str, Model], voices: Mapping[str, Voice]) -> None:
        self.models = models
        self.voices = voices

    def voice(self, name: str) -> Voice:
        """A voice by name. Raises SettingsError."""
        if name not in self.voices:
            known = sorted(self.voices)
            near = suggestion(name, known)
            raise SettingsError(f'there is no voice "{name}"{near} (voices: {", ".join(known)})')
        return self.voices[name]

    def locate(self, wanted: str, kind: Kind, folder: Path | None = None) -> Path:
        """The file (stt: the folder) of a model, given its id or its path. Raises ModelMissing with the fix.

        A text that starts with /, ~ or . is a path. Looks at names and sizes; a digest is checked when a file
        is fetched. `folder` holds one folder an id; left out, it is the usual one.
        """
        if wanted.startswith(("/", "~", ".")):
            path = Path(wanted).expanduser()
            if not path.exists():
                raise ModelMissing(f"{path}: there is no such file; check the path in the settings")
            return path
        model = self.models.get(wanted)
        if model is None or model.kind != kind:
            known = [model.id for model in self.models.values() if model.kind == kind]
            near = suggestion(wanted, known)
            raise ModelMissing(f'there is no {kind} model "{wanted}"{near} (models: {", ".join(known)})')
        home = (folder or paths.models_folder()) / model.id
        self._check(model, home)
        return home if kind == "stt" else home / model.files[0].local_name

    def _check(self, model: Model, home: Path) -> None:
        if model.package is not None:
            raise ModelMissing(f"{model.id} has no file of its own: it rides in the package {model.package}")
        for file in model.files:
            path = home / file.local_name
            fix = f"assistant models pull {model.id}"
            if not path.is_file():
                raise ModelMissing(f"{model.id} is not installed: {path} is missing; fetch it: {fix}")
            size = path.stat().st_size
            if file.size is not None and size != file.size:
                damage = f"{size} bytes instead of {file.size}"
                raise ModelMissing(f"{path} is damaged ({damage}); fetch it again: {fix}")

    def voice_options(self, voice: Voice, folder: Path | None = None) -> dict[str, JsonValue]:
        """What the voice's engine is built with. Raises ModelMissing."""
        if voice.engine == "piper":
            return {"model": str(self.locate(voice.model, "tts", folder)), "speed": voice.speed}
        return {"voice": voice.model, "speed": voice.speed, "pitch": voice.pitch}


def load_catalogue(models: Traversable | None = None, voices: Traversable | None = None) -> Catalogue:
    """Read the models.yaml and voices/*.yaml that ride with the program, or others. Raises SettingsError.

    With the program's own go the owner's: a models.yaml and a folder voices beside the settings, which win.
    """
    file = models if models is not None else paths.shipped("models.yaml")
    by_id = _models_of(file, file.name)
    own = paths.config_folder() / "models.yaml"
    if models is None and own.is_file():
        by_id |= _models_of(own, str(own))
    folder = voices if voices is not None else paths.shipped("voices")
    files = _yaml_in(folder)
    if voices is None and (mine := paths.config_folder() / "voices").is_dir():
        files += _yaml_in(mine)
    said = [(item.name, read_yaml_bytes(_content(item), f"voices/{item.name}", Voice)) for item in files]
    for name, voice in said:
        if name != f"{voice.name}.yaml":
            raise SettingsError(
                f'voices/{name}: the voice is called "{voice.name}"; call the file {voice.name}.yaml'
            )
    return Catalogue(by_id, {voice.name: voice for _, voice in said})


def _models_of(file: Traversable, name: str) -> dict[str, Model]:
    entries = read_yaml_bytes(_content(file), name, _ModelsFile).models
    by_id = {model.id: model for model in entries}
    if len(by_id) < len(entries):
        ids = [model.id for model in entries]
        twice = next(each for number, each in enumerate(ids) if each in ids[:number])
        raise SettingsError(f'{name}: the model id "{twice}" is there twice; keep one')
    return by_id


def _yaml_in(folder: Traversable) -> list[Traversable]:
    found = [item for item in folder.iterdir() if item.name.endswith(".yaml")]
    return sorted(found, key=lambda item: item.name)


def _content(file: Traversable) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{file.name}: cannot be read ({error.strerror}); install Hearth again"
        ) from error


def read_sound(name: str) -> Sound:
    """A WAV (mono, 16 bit) of voices/sounds. Raises AudioError."""
    file = paths.shipped("voices") / "sounds" / name
    try:
        with wave.open(io.BytesIO(file.read_bytes())) as sound:
            if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
                raise AudioError(f"voices/sounds/{name}: must be mono with 16 bits a sample; convert it")
            return Sound(sound.readframes(sound.getnframes()), sound.getframerate())
    except (OSError, EOFError, wave.Error, RuntimeError) as error:
        raise AudioError(f"voices/sounds/{name}: cannot be read ({error}); install Hearth again") from error

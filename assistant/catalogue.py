"""models.yaml and voices/ → which models and voices there are, and where a model lies on this box."""

import io
import wave
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant import paths
from assistant.checked import NOTES, Sealed, digest, noted
from assistant.errors import AudioError, ModelMissing, SettingsError
from assistant.messages import JsonValue, Sound
from assistant.model_entry import Entry, FileName, Id, Kind, Model, ModelsFile
from assistant.settings_yaml import read_yaml_bytes
from assistant.yaml_text import suggestion

SoundName = Literal["listening", "dismissed", "sorry", "ring", "attention"]


class Voice(Entry):
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

        A text that starts with /, ~ or . is a path. Looks at names, sizes and notes; `sealed` names the
        digests that whoever opens the files must check. `folder` holds one folder an id; left out: the usual.
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
        home = model.home(folder or paths.models_folder())
        self._check(model, home)
        return home if kind == "stt" else home / model.files[0].local_name

    def _check(self, model: Model, home: Path) -> None:
        if model.package is not None:
            raise ModelMissing(f"{model.id} has no file of its own: it rides in the package {model.package}")
        if not model.locked:
            raise ModelMissing(
                f"{model.id} has no digests yet; look them up: assistant models lock {model.id}"
            )
        fix = _fix(model)
        for file, sealed in zip(model.files, _sealed(model, home), strict=True):
            path = sealed.path
            if not path.is_file():
                raise ModelMissing(f"{model.id} is not installed: {path} is missing; {fix}")
            size = path.stat().st_size
            if file.size is not None and size != file.size:
                raise ModelMissing(f"{path} is damaged ({size} bytes instead of {file.size}); {fix}")
            if noted(sealed) == "damaged":
                raise sealed.damaged()

    def sealed(self, wanted: str, kind: Kind, folder: Path | None = None) -> tuple[Sealed, ...]:
        """The files of a model with their digests; none for one that is named by its path."""
        model = self.models.get(wanted)
        if model is None or model.kind != kind or not model.locked:
            return ()
        return _sealed(model, model.home(folder or paths.models_folder()))

    def wake_folder(self, word: str, folder: Path | None = None) -> Path | None:
        """Where the owner's model for a wake word lies; None: none was added. Raises ModelMissing.

        Its files are small and run in the ear itself, so every byte is read here.
        """
        model = self.models.get(word.strip().lower().replace(" ", "_"))
        if model is None or model.kind != "wake" or model.package is not None:
            return None
        place = self.locate(model.id, "wake", folder)
        for sealed in self.sealed(model.id, "wake", folder):
            if digest(sealed.path) != sealed.sha256:
                raise sealed.damaged()
        return place.parent

    def voice_options(self, voice: Voice, folder: Path | None = None) -> dict[str, JsonValue]:
        """What the voice's engine is built with. Raises ModelMissing."""
        if voice.engine == "piper":
            return {"model": str(self.locate(voice.model, "tts", folder)), "speed": voice.speed}
        return {"voice": voice.model, "speed": voice.speed, "pitch": voice.pitch}


def _sealed(model: Model, home: Path) -> tuple[Sealed, ...]:
    notes = (paths.models_folder() / model.id if model.in_place else home) / NOTES
    fix = _fix(model)
    return tuple(
        Sealed(home / file.local_name, file.sha256, notes, fix) for file in model.files if file.sha256
    )


def _fix(model: Model) -> str:
    if model.repository is not None:
        return f"fetch it: assistant models pull {model.id}"
    return f"bring it back: assistant models {model.made_by} {model.origin} --id {model.id}"


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
    return dict(_read_models(_content(file), name))


@lru_cache(maxsize=2)
def _read_models(content: bytes, name: str) -> Mapping[str, Model]:
    """The entries of a file, the program's or the owner's; kept, for every command looks at them twice."""
    entries = read_yaml_bytes(content, name, ModelsFile).models
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

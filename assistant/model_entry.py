"""What models.yaml says of one model: its source, its files by digest, its licences, what it needs."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Kind = Literal["stt", "llm", "tts", "wake", "turn"]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$")]
FileName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$")
]
OpenData = Literal["yes", "partly", "no", "unknown"]
Trust = Literal["catalogue", "first_use"]
"""first_use: nobody vouches for the digest; it is the one the file had when it was added."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]


class Entry(BaseModel):
    """A section of a file that rides with the program, or of the owner's twin of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ModelFile(Entry):
    """One file of a model in its hub repository."""

    name: FileName
    """Path inside the repository; on this box only its last part is kept."""
    size: int | None = Field(default=None, ge=1)
    """Bytes; None: not known beforehand, the digest decides."""
    sha256: Sha256 | None = None
    """None: nobody has looked yet (`assistant models lock`); such a file is never used."""

    @property
    def local_name(self) -> str:
        return self.name.rpartition("/")[2]


class Model(Entry):
    """A model: its files by digest, its licence, what it needs."""

    id: Id
    kind: Kind
    engine: str
    repository: str | None = None
    """Hub repository; None for a model that rides in a Python package."""
    commit: Commit | None = None
    """Pinned: a branch may serve other bytes tomorrow. None: not looked up yet."""
    package: str | None = None
    """The Python package that carries it."""
    origin: str | None = None
    """What the owner added it from; None for what comes from a hub or a package."""
    made_by: Literal["add", "convert"] = "add"
    """How it came from there."""
    in_place: bool = False
    """It is used where it lies, at `origin`; else it was copied from there."""
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
    """Where the files and their digests come from."""
    trained: str = "not told"
    """By whom it was trained, and on what."""
    open_data: OpenData = "unknown"
    """Whether anybody may look at what it was trained on."""
    trust: Trust = "catalogue"
    """Who says that the digests are right."""
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
        sources = [self.repository, self.package, self.origin]
        if sum(source is not None for source in sources) != 1:
            raise ValueError(f"{self.id}: give one of repository, package and origin")
        if not self.files and self.package is None:
            raise ValueError(f"{self.id}: give its files")
        if self.in_place and self.origin is None:
            raise ValueError(f"{self.id}: in_place goes with origin, the folder where it lies")
        return self

    @property
    def locked(self) -> bool:
        """Every file has its digest, and a hub its commit: only then it is fetched or used."""
        pinned = self.repository is None or self.commit is not None
        return pinned and all(file.sha256 is not None for file in self.files)

    def home(self, folder: Path) -> Path:
        """Where its files lie, given the folder of all models."""
        if not self.in_place or self.origin is None:
            return folder / self.id
        origin = Path(self.origin)
        return origin.parent if origin.name == self.files[0].local_name else origin

    @property
    def size_bytes(self) -> int:
        """What a download weighs, as far as it is known."""
        return sum(file.size or 0 for file in self.files)


class ModelsFile(Entry):
    """A whole models.yaml."""

    models: tuple[Model, ...]

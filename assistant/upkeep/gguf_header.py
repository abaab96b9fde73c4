"""The head of a GGUF file → what model it is; read with caps, for the file may come from anybody."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from assistant.errors import AssistantError

MAGIC: Final = b"GGUF"
VERSIONS: Final = (2, 3)
MOST_KEYS: Final = 4_096
MOST_TENSORS: Final = 65_536
MOST_ENTRIES: Final = 10_000_000
"""Of one array: the largest vocabulary known has 262,144."""
LONGEST_TEXT: Final = 4_000_000
LONGEST_NAME: Final = 1_024
MOST_DIMENSIONS: Final = 8
_STRING, _ARRAY = 8, 9
_NUMBERS: Final = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
_BLOCKS: Final = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    30: (1, 2),
}
"""Tensor type → weights in a block, and its bytes; of others only the beginning is checked."""
HYBRID: Final = frozenset(
    (
        *("lfm2", "lfm2moe", "qwen35", "qwen35moe", "qwen3next", "granitehybrid", "falcon-h1", "jamba"),
        *("nemotron_h", "nemotron_h_moe", "plamo2", "kimi-linear", "mamba", "mamba2", "rwkv6", "rwkv7"),
    )
)
"""Architectures whose memory of a prompt cannot be cut back, so that it is read again every turn."""


@dataclass(frozen=True, slots=True)
class GgufHead:
    """What the head tells."""

    architecture: str
    name: str
    licence: str
    languages: tuple[str, ...]
    template: str
    """Its chat template; empty: it has none, and only `chat: chatml` would do."""
    context: int
    """Tokens it was trained for; 0: not told."""
    needs_bytes: int
    """The file must have at least so many."""

    @property
    def hybrid(self) -> bool:
        return self.architecture in HYBRID

    @property
    def call_format(self) -> str | None:
        """How its template writes tool calls, where it does so in a way that is known here."""
        marks = {"<|python_tag|>": "llama3", "<|tool_call|>": "phi4", "<tool_call>": "hermes"}
        return next((form for mark, form in marks.items() if mark in self.template), None)


def read_head(path: Path) -> GgufHead:
    """Read and check the head. AssistantError where it is none, broken, or the file ends too early."""
    size = path.stat().st_size
    with path.open("rb") as file:
        try:
            head = _Reader(file, size).head()
        except (struct.error, UnicodeDecodeError, OverflowError) as error:
            raise AssistantError(f"{path}: is no whole GGUF model ({error}); fetch it again") from error
        except _Wrong as error:
            raise AssistantError(
                f"{path}: is no GGUF model that can run ({error}); fetch it again"
            ) from error
    if size < head.needs_bytes:
        raise AssistantError(
            f"{path}: is cut off ({size:,} bytes of at least {head.needs_bytes:,}); fetch it again"
        )
    return head


class _Wrong(Exception):
    """A head that is not believed."""


class _Reader:
    """Reads one head."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def head(self) -> GgufHead:
        if self._file.read(4) != MAGIC:
            raise _Wrong("it does not begin with GGUF")
        version = self._number("<I")
        if version not in VERSIONS:
            raise _Wrong(f"version {version}")
        tensors, keys = self._number("<Q"), self._number("<Q")
        if not 0 < tensors <= MOST_TENSORS or keys > MOST_KEYS:
            raise _Wrong(f"{tensors} tensors and {keys} keys")
        told: dict[str, object] = {}
        for _ in range(int(keys)):
            name = self._text(LONGEST_NAME)
            told[name] = self._value(int(self._number("<I")))
        alignment = told.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 0 < alignment <= 65_536:
            raise _Wrong(f"alignment {alignment}")
        ends = [self._tensor() for _ in range(int(tensors))]
        begin = -(-self._file.tell() // alignment) * alignment
        return self._made(told, begin + max(ends))

    def _made(self, told: dict[str, object], needs_bytes: int) -> GgufHead:
        def text(key: str) -> str:
            value = told.get(key)
            return value if isinstance(value, str) else ""

        architecture = text("general.architecture")
        if not architecture:
            raise _Wrong("it does not say its architecture")
        if "tokenizer.ggml.model" not in told:
            raise _Wrong("it has no vocabulary; it may be a part of another model")
        languages = told.get("general.languages")
        context = told.get(f"{architecture}.context_length")
        return GgufHead(
            architecture,
            text("general.name"),
            text("general.license"),
            tuple(str(code) for code in languages) if isinstance(languages, list) else (),
            text("tokenizer.chat_template"),
            context if isinstance(context, int) else 0,
            needs_bytes,
        )

    def _number(self, form: str) -> float:
        number: float = struct.unpack(form, self._file.read(struct.calcsize(form)))[0]
        return number

    def _text(self, longest: int) -> str:
        length = int(self._number("<Q"))
        if length > longest:
            raise _Wrong(f"a text of {length} bytes")
        data = self._file.read(length)
        if len(data) < length:
            raise _Wrong("it ends in a text")
        return data.decode()

    def _value(self, kind: int) -> object:
        if kind == _STRING:
            return self._text(LONGEST_TEXT)
        if kind in _NUMBERS:
            return self._number(_NUMBERS[kind])
        if kind != _ARRAY:
            raise _Wrong(f"a value of kind {kind}")
        inner, count = int(self._number("<I")), int(self._number("<Q"))
        if count > MOST_ENTRIES:
            raise _Wrong(f"an array of {count}")
        if inner in _NUMBERS:
            self._skip(count * struct.calcsize(_NUMBERS[inner]))
            return None
        if inner != _STRING:
            raise _Wrong(f"an array of kind {inner}")
        texts: list[str] = []
        for _ in range(count):
            length = int(self._number("<Q"))
            if length > LONGEST_TEXT:
                raise _Wrong(f"a text of {length} bytes")
            if len(texts) < 64 and length <= 64:
                texts.append(self._file.read(length).decode(errors="replace"))
            else:
                self._skip(length)
        return texts

    def _skip(self, count: int) -> None:
        if self._file.seek(count, 1) > self._size:
            raise _Wrong("it ends in its head")

    def _tensor(self) -> int:
        """Where it ends, from the beginning of the weights."""
        self._text(LONGEST_NAME)
        dimensions = int(self._number("<I"))
        if not 0 < dimensions <= MOST_DIMENSIONS:
            raise _Wrong(f"a tensor of {dimensions} dimensions")
        weights = 1
        for _ in range(dimensions):
            weights *= int(self._number("<Q"))
        kind, offset = int(self._number("<I")), int(self._number("<Q"))
        block, size = _BLOCKS.get(kind, (max(weights, 1), 1))
        return offset + -(-weights // block) * size

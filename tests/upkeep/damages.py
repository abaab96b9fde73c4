"""Damaged settings: what editors, disks and people do to a YAML file."""

import random
from collections.abc import Callable, Iterator

GOOD = """\
# The house of the Millers.
language: en
voice: hearth
wake:
  words: [hey_jarvis]
ears:
  silence_ms: 700
  patient: false
rings:
  {rings}
rooms:
  kitchen:
    volume_percent: 60
    aliases: [cookery]
    quiet_hours:
      start: "22:00"
      end: "07:00"
  bedroom:
    highest_risk: 1
    llm: false
page:
  enabled: true
  port: 0
"""
Damage = Callable[[str, random.Random], bytes]


def good() -> str:
    """A file without a mistake."""
    return GOOD.replace("rings:\n  {rings}\n", "")


def _line(text: str, chance: random.Random) -> tuple[list[str], int]:
    lines = text.splitlines()
    return lines, chance.choice([n for n, line in enumerate(lines) if ":" in line and line.strip()[0] != "#"])


def _truncated(text: str, chance: random.Random) -> bytes:
    whole = text.encode()
    return whole[: chance.randrange(len(whole) // 8, len(whole) - 1)]


def _flipped(text: str, chance: random.Random) -> bytes:
    whole = bytearray(text.encode())
    for _ in range(chance.randint(1, 6)):
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return bytes(whole)


def _binary(text: str, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 4000))


def _zeroes(text: str, chance: random.Random) -> bytes:
    at = chance.randrange(len(text))
    return text.encode()[:at] + bytes(chance.randint(1, 4096))


def _bad_yaml(text: str, chance: random.Random) -> bytes:
    lines, at = _line(text, chance)
    lines[at] += chance.choice(
        [" [", ' "', ": x: y", " {a", "\t- b", " *a", " &b c", " !!python/x", "\n  -: :"]
    )
    return "\n".join(lines).encode()


def _indented(text: str, chance: random.Random) -> bytes:
    lines, at = _line(text, chance)
    lines[at] = chance.choice(["\t", " ", "   ", "       "]) + lines[at]
    return "\n".join(lines).encode()


def _wrong_type(text: str, chance: random.Random) -> bytes:
    lines, at = _line(text, chance)
    key = lines[at].partition(":")[0]
    lines[at] = f"{key}: {chance.choice(['[1, 2]', '{a: b}', '-5', 'maybe', '1e999', '.nan', '2026-01-01'])}"
    return "\n".join(lines).encode()


def _unknown_key(text: str, chance: random.Random) -> bytes:
    lines, at = _line(text, chance)
    indent = len(lines[at]) - len(lines[at].lstrip())
    lines.insert(at, " " * indent + chance.choice(["vioce", "nonsense", "Room", "'1'", "llm_model"]) + ": 5")
    return "\n".join(lines).encode()


def _deep(text: str, chance: random.Random) -> bytes:
    return (text + "wake: " + "[" * chance.choice([13, 200, 20_000])).encode()


def _aliases(text: str, chance: random.Random) -> bytes:
    rungs = "\n".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 9))
    return f"x0: &x0 [a, b]\n{rungs}\n{text}".encode()


def _huge(text: str, chance: random.Random) -> bytes:
    return text.encode() + b"# filler\n" * chance.choice([40_000, 400_000])


def _encoding(text: str, chance: random.Random) -> bytes:
    return text.replace("Millers", "Müllers").encode(chance.choice(["utf-16", "utf-32", "latin-1", "cp500"]))


def _twice(text: str, chance: random.Random) -> bytes:
    return (text + text).encode()


def _missing_part(text: str, chance: random.Random) -> bytes:
    more = (
        "mind:\n  llm:\n    model: qwen3-1.7b\n",
        "mind:\n  llm:\n    model: /nowhere/model.gguf\n",
        "home:\n  file: nowhere.yaml\n",
        "home:\n  home_assistant:\n    url: http://127.0.0.1:1\n    token_file: nowhere.token\n",
    )
    changed = text.replace("voice: hearth", "voice: lj") if chance.random() < 0.4 else text
    return (changed + (chance.choice(more) if changed == text or chance.random() < 0.5 else "")).encode()


def _no_language(text: str, chance: random.Random) -> bytes:
    return text.replace("language: en", f"language: {chance.choice(['de', 'xx', 'English', 'fi'])}").encode()


KINDS: tuple[Damage, ...] = (
    _truncated,
    _flipped,
    _binary,
    _zeroes,
    _bad_yaml,
    _indented,
    _wrong_type,
    _unknown_key,
    _deep,
    _aliases,
    _huge,
    _encoding,
    _twice,
    _missing_part,
    _no_language,
)


def damages(count: int, seed: int = 4) -> Iterator[tuple[str, bytes]]:
    """`count` times the name of a damage and the damaged file, every kind in its turn."""
    chance = random.Random(seed)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        yield kind.__name__.strip("_"), kind(good(), chance)

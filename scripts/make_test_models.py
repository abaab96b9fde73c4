"""Make tiny models that the real engines load: a GGUF, CTranslate2 Whispers, a Piper voice, a Smart Turn.

    python scripts/make_test_models.py FOLDER

No torch. They take a second or two to make, and each says the same thing every time, so tests can compare
words.
"""

import sys
from pathlib import Path

from tiny_gguf import write_gguf
from tiny_piper import write_piper
from tiny_turn import write_turn
from tiny_whisper import write_whisper


def main() -> int:
    """Write the models into the folder named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_gguf(folder / "tiny.gguf")
    write_whisper(folder / "whisper")
    write_whisper(folder / "whisper-long-only", long_only=True)
    write_whisper(folder / "whisper-thanks", [" Thank", " you", "."])
    write_piper(folder / "tiny.onnx")
    write_turn(folder / "turn.onnx")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        print(f"{path.stat().st_size:>9,}  {path.relative_to(folder)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Make models of true size whose weights are chance, for `assistant bench --grade random`. No torch.

    python scripts/make_random_models.py FOLDER

A Whisper base (198 MB), Qwen3-shaped GGUFs of 0.6B and 1.7B in Q4_0 (1.3 GB) and a Piper "medium" (58 MB).
What is there already is not made again.
"""

import sys
from pathlib import Path

from random_gguf import SHAPES, write_random
from random_piper import write_random_piper
from random_whisper import write_random_whisper


def main() -> int:
    """Write what is missing in the folder named on the command line; a file counts once it is whole."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "whisper").is_dir():
        write_random_whisper(folder / "whisper.new")
        (folder / "whisper.new").rename(folder / "whisper")
    if not (folder / "voice.onnx").is_file():
        write_random_piper(folder / "new.onnx")
        (folder / "new.onnx.json").rename(folder / "voice.onnx.json")
        (folder / "new.onnx").rename(folder / "voice.onnx")
    for name, shape in SHAPES.items():
        if not (folder / f"{name}.gguf").is_file():
            write_random(folder / "new.gguf", shape)
            (folder / "new.gguf").rename(folder / f"{name}.gguf")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`scripts/make_kit data|pack …`: what the project's own environment does; training runs beside it."""

import argparse
from pathlib import Path

from kit.hear_pack import pack_ear
from kit.hear_words import make_tokenizer, write_index
from kit.speech import CLIPS, make_shards

SHORT_CLIPS = 12


def make_data(folder: Path, shards: int, clips: int) -> None:
    """Speech in shards, the ear's vocabulary, and every text in its tokens."""
    make_shards(folder, shards, lambda told: print(told, flush=True), clips=clips)
    write_index(folder, make_tokenizer(folder / "tokenizer.json"), sorted(folder.glob("*-*.npz")))


def main() -> None:
    """Read the command line."""
    wanted = argparse.ArgumentParser(prog="scripts/make_kit", description=__doc__)
    verbs = wanted.add_subparsers(dest="verb", required=True)
    data = verbs.add_parser("data", help="make sentences and say them; goes on where it was interrupted")
    data.add_argument("--shards", type=int, default=60, help=f"of {CLIPS} clips each (default: 60)")
    data.add_argument("--short", action="store_true", help=f"{SHORT_CLIPS} clips, to see it work")
    verbs.add_parser("pack", help="make the trained ear what faster-whisper loads")
    for verb in verbs.choices.values():
        verb.add_argument("folder", type=Path)
    given = wanted.parse_args()
    if given.verb == "data":
        make_data(given.folder, 1 if given.short else given.shards, SHORT_CLIPS if given.short else CLIPS)
    else:
        pack_ear(given.folder / "hear.npz", given.folder / "tokenizer.json", given.folder / "ear")
        print(given.folder / "ear")


if __name__ == "__main__":
    main()

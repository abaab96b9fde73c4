"""`scripts/make_kit VERB …`: what the project's own environment does.

The training runs beside it, in an environment that has torch.
"""

import argparse
from pathlib import Path

from kit.chat_judge import judge
from kit.chat_shards import make_dialogues
from kit.hear_words import LEARNT_FROM, make_tokenizer, write_index
from kit.lora_data import HOMES, pack_adapter, prepare
from kit.pack import pack, ship
from kit.speech import CLIPS, make_shards
from kit.voice_judge import judge_voice
from kit.voice_pack import pack_voice
from kit.voice_talk import talked_units
from kit.wake_word import make_wake_word

SHORT_CLIPS, SHORT_SENTENCES, SHORT_HOMES, SHORT_SHARE = 12, 2_000, 2, 0.1


def _told(line: str) -> None:
    print(line, flush=True)


def make_data(folder: Path, shards: int, clips: int, sentences: int) -> None:
    """Speech in shards, the ear's vocabulary learnt from so many sentences, every text in its tokens."""
    make_shards(folder, shards, _told, clips=clips)
    tokenizer = make_tokenizer(folder / "tokenizer.json", sentences)
    write_index(folder, tokenizer, sorted(folder.glob("*-*.npz")))


def _parser() -> argparse.ArgumentParser:
    wanted = argparse.ArgumentParser(prog="scripts/make_kit", description=__doc__)
    verbs = wanted.add_subparsers(dest="verb", required=True)
    data = verbs.add_parser("data", help="make sentences and say them; goes on where it was interrupted")
    data.add_argument("--shards", type=int, default=60, help=f"of {CLIPS} clips each (default: 60)")
    data.add_argument("--short", action="store_true", help=f"{SHORT_CLIPS} clips, to see it work")
    talks = verbs.add_parser("dialogues", help="talk with a teacher in homes of chance")
    talks.add_argument("--shards", type=int, default=60, help="of 20 homes each (default: 60)")
    talks.add_argument("--short", action="store_true", help=f"{SHORT_HOMES} homes, to see it work")
    verbs.add_parser("voice", help="cut the voice's units from flite's slt, and put them into an ONNX")
    verbs.add_parser("pack", help="make of all that was trained what the engines load, with digests")
    verbs.add_parser("ship", help="pack, and put it where the repository holds it (tests/kit/models)")
    judging = verbs.add_parser("judge", help="ask the packed chat model in ways it was never trained on")
    judging.add_argument("--homes", type=int, default=10)
    listening = verbs.add_parser("listen", help="let the house's own narrow ear hear the packed voice")
    listening.add_argument("--sentences", type=int, default=120)
    adapting = verbs.add_parser("adapt", help="make ready what a catalogue LLM's adapter is trained with")
    adapting.add_argument("--model", type=Path, required=True, help="its GGUF: llama, qwen2 or qwen3")
    adapting.add_argument("--short", action="store_true", help="one home, to see it work")
    verbs.add_parser("adapter", help="FOLDER/adapter.gguf, of what `lora` trained")
    waking = verbs.add_parser("wake", help="teach a wake word of your own, with speech made here")
    waking.add_argument("--phrase", required=True, help='as people say it: "hey house"')
    waking.add_argument("--short", action="store_true", help="a tenth of the clips, to see it work")
    for verb in verbs.choices.values():
        verb.add_argument("folder", type=Path)
    return wanted


def main() -> None:
    """Read the command line."""
    given = _parser().parse_args()
    folder: Path = given.folder
    if given.verb == "data":
        shape_of = (1, SHORT_CLIPS, SHORT_SENTENCES) if given.short else (given.shards, CLIPS, LEARNT_FROM)
        make_data(folder, *shape_of)
    elif given.verb == "dialogues":
        shape = {"homes": SHORT_HOMES} if given.short else {}
        make_dialogues(folder / "chat", 1 if given.short else given.shards, _told, **shape)
    elif given.verb == "voice":
        folder.mkdir(parents=True, exist_ok=True)
        pack_voice(talked_units(_told), folder / "voice.onnx")
    elif given.verb == "pack":
        pack(folder, _told)
    elif given.verb == "ship":
        ship(folder, _told)
    elif given.verb == "adapt":
        prepare(given.model, folder, _told, homes=1 if given.short else HOMES)
    elif given.verb == "adapter":
        pack_adapter(folder / "lora.npz", folder / "model.npz", folder / "adapter.gguf")
    elif given.verb == "wake":
        make_wake_word(given.phrase, folder, _told, share=SHORT_SHARE if given.short else 1.0)
    elif given.verb == "listen":
        print(judge_voice(folder / "kit" / "voice.onnx", given.sentences, _told))
    else:
        print(judge(folder / "kit" / "chat.gguf", given.homes, _told))


if __name__ == "__main__":
    main()

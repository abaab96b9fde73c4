"""The ear's vocabulary: byte-level BPE of the kit's own sentences, Whisper's special tokens behind it."""

import itertools
import json
from collections.abc import Iterable
from pathlib import Path

from tiny_whisper import SPECIAL
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from kit.sentences import Sentences
from kit.speech import read_shard

LEARNT_FROM, SEED = 30_000, 77_777
PIECES = 1_500
STEPS = 1_501
"""Whisper's time marks, 0 to 30 s in steps of 20 ms; never written here, but the runtime looks them up."""


def make_tokenizer(place: Path, sentences: int = LEARNT_FROM) -> Tokenizer:
    """Learn the pieces from sentences and write tokenizer.json; one that is there is taken as it is."""
    if place.exists():
        return Tokenizer.from_file(str(place))
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learnt.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    said = (f" {text}" for text in itertools.islice(iter(Sentences(SEED)), sentences))
    learnt.train_from_iterator(said, trainer)
    marks = [f"<|{step * 0.02:.2f}|>" for step in range(STEPS)]
    learnt.add_special_tokens([AddedToken(token, special=True) for token in (*SPECIAL, *marks)])
    learnt.save(str(place))
    return learnt


def write_index(folder: Path, tokenizer: Tokenizer, shards: Iterable[Path]) -> None:
    """`words.json` for the training: numbers of the special tokens, and the tokens of every text."""
    texts = {clip.text for shard in shards for clip in read_shard(shard)}
    index = {
        "vocabulary": tokenizer.get_vocab_size(),
        "start": tokenizer.token_to_id("<|startoftranscript|>"),
        "plain": tokenizer.token_to_id("<|notimestamps|>"),
        "end": tokenizer.token_to_id("<|endoftext|>"),
        "silent": tokenizer.token_to_id("<|nocaptions|>"),
        "texts": {text: tokenizer.encode(f" {text}").ids for text in sorted(texts)},
    }
    (folder / "words.json").write_text(json.dumps(index), encoding="utf-8")

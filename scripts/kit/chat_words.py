"""The chat model's tokenizer, its chat template, and replies in exactly the tokens that the engine writes."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from assistant.messages import ToolSpec
from assistant.think.llm.llm_calls import FORMATS
from assistant.think.llm.llm_grammar import ahead

FORMAT = "hermes"
BEGIN, END, OPENS, CLOSES = "<|im_start|>", "<|im_end|>", FORMATS[FORMAT].opens, FORMATS[FORMAT].closes
SPECIAL = (END, BEGIN, OPENS, CLOSES)
PIECES = 3_000
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
    r"\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How llama.cpp cuts text for a vocabulary of the kind `qwen2`."""
LEARNT_SPLIT = r"\p{L}+|\p{N}|[^\s\p{L}\p{N}]+|\s"
"""How it is cut to learn the pieces: no piece has a space in it, so that a word is the same tokens wherever
it stands, in a list, behind a quotation mark or in a sentence, and copying a name is copying tokens."""
TEMPLATE = """\
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{% if message.role == "system" -%}
{%- for part in message.content.split("\\n\\n") -%}
{%- if part.startswith("Things at home: ") -%}
{{ part.removeprefix("Things at home: ").split(" Groups: ")[0] }}
{% elif part.startswith("You are in the ") -%}
{{ part.removeprefix("You are in the ").split(".")[0] }}
{%- endif -%}
{%- endfor -%}
{%- elif message.role == "user" -%}
{%- set words = message.content -%}
{%- if words.startswith("(") and ".)\\n" in words -%}
{%- set words = words.split(".)\\n", 1)[1] -%}
{%- endif -%}
{{ words.split("\\nTools for this:")[0].split("\\n(Tools for this:")[0] }}
{%- else -%}
{{ message.content }}
{%- endif -%}
{%- for call in message.tool_calls or [] -%}
<tool_call>{{ {"name": call.function.name, "arguments": call.function.arguments} | tojson }}</tool_call>
{%- endfor -%}
<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% endif -%}
"""
"""The house's rules and tools are known to this model by heart; it is shown only what differs from house to
house and from turn to turn: the things, the room, what was said, and what may be meant in a large home."""


def make_tokenizer(place: Path, texts: Iterable[str]) -> Tokenizer:
    """Learn the pieces from texts and write them; a tokenizer that is there is taken as it is."""
    if place.exists():
        return Tokenizer.from_file(str(place))
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = _cut(LEARNT_SPLIT)
    learnt.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=PIECES, initial_alphabet=alphabet, show_progress=False)
    learnt.train_from_iterator(texts, trainer)
    learnt.pre_tokenizer = _cut(SPLIT)
    learnt.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    learnt.save(str(place))
    return learnt


def _cut(pattern: str) -> pre_tokenizers.Sequence:
    split = pre_tokenizers.Split(Regex(pattern), "isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


class Reply:
    """Replies → tokens, and which of them the model itself chooses."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def tokens(self, reply: str, tools: Sequence[ToolSpec]) -> tuple[list[int], list[bool]]:
        """As the engine writes them: what can only follow in a call is put there without being chosen."""
        if not reply.startswith(OPENS):
            found = self._encode(reply + END)
            return found, [True] * len(found)
        body, written = reply.removeprefix(OPENS).removesuffix(CLOSES), ""
        tokens, chosen = self._encode(OPENS), [True]
        while body != written:
            rest = body[len(written) :]
            text = ahead(written, tools, FORMAT)
            forced = bool(text) and rest.startswith(text)
            more = self._encode(text) if forced else self._encode(rest)[:1]
            tokens += more
            chosen += [not forced] * len(more)
            written += self._tokenizer.decode(more)
        last = self._encode(CLOSES + END)
        return tokens + last, chosen + [True] * len(last)

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text).ids)

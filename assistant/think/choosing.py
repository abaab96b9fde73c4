"""An answer to "which one?" → the calls of the sentence that had left it open."""

from collections.abc import Sequence

from assistant.messages import ToolCall
from assistant.think.ellipsis import Ellipsis
from assistant.think.intents import Intents, Understood
from assistant.think.leaning_words import LeaningWords, without_lead, without_tail
from assistant.think.meant import Meant, merged
from assistant.think.numbers import plain
from assistant.think.questions import Question

MOST_LISTED = 5
"""More than these are not read out in a question."""
_ONE = frozenset({"one", "ones"})


class Choosing:
    """Unfinished sentences of one house."""

    def __init__(self, intents: Intents, words: LeaningWords, ellipsis: Ellipsis) -> None:
        self._intents = intents
        self._words = words
        self._ellipsis = ellipsis

    def chosen(self, question: Question, chosen: Sequence[ToolCall | str], room: str) -> tuple[ToolCall, ...]:
        """The calls of what was chosen: as offered, or of the unfinished sentence with the names in it."""
        calls: list[ToolCall] = []
        for choice in chosen:
            found = (choice,) if isinstance(choice, ToolCall) else self._with_name(question, choice, room)
            if not found:
                return ()
            calls += found
        return merged(calls)

    def _with_name(self, question: Question, name: str, room: str) -> tuple[ToolCall, ...]:
        """The sentence with a device's full name for the words that named several."""
        words, full = question.unfinished.split(), plain(name)
        spans = [(start, start + size) for size in (3, 2, 1) for start in range(len(words) - size + 1)]
        named = [(a, b) for a, b in spans if set(_singular(words[a:b])) <= set(_singular(full.split()))]
        for start, end in (*named, *(span for span in spans if span not in named)):
            sentence = " ".join((*words[:start], full, *words[end:]))
            understood = self._intents.understand(sentence, room)
            if understood is not None and any(c.arguments.get("targets") == [name] for c in understood.calls):
                return understood.calls
        return ()

    def filled(self, question: Question, answer: str, room: str) -> Meant | None:
        """What an open question's sentence means with the answer in it."""
        said = self._words.core(plain(answer))
        said = self._words.core(without_lead(said, _ONE) or without_tail(said, _ONE) or said)
        if question.missing and not self._ellipsis.names_something(said, room):
            return None
        for sentence in question.sentences(said):
            understood = self._intents.understand(sentence, room)
            if understood is not None and understood.calls:
                return of(understood, sentence)
        return None


def of(understood: Understood, text: str) -> Meant:
    """The same as the intents understood it."""
    question, asks = None, understood.question or ""
    if len(understood.names) > MOST_LISTED:
        asks = f"{asks.partition(':')[0].rstrip('?')}?"
    if understood.agreed:
        question = Question(meant=understood.agreed)
    elif understood.names:
        question = Question(unfinished=plain(text), choices={name: name for name in understood.names})
    elif understood.question is not None:
        question = Question(unfinished=plain(text))
    return Meant(understood.calls, understood.reason, asks=asks, question=question)


def targets_of(call: ToolCall) -> frozenset[str]:
    """The devices of a call."""
    targets = call.arguments.get("targets")
    return frozenset(map(str, targets)) if isinstance(targets, list) else frozenset()


def _singular(words: Sequence[str]) -> list[str]:
    return [word.removesuffix("s") for word in words]

""" "And eggs", "and one for five minutes", "remove the ham": another entry, or one off the list."""

from collections.abc import Iterator, Sequence

from assistant.memory.turns import Row
from assistant.messages import ToolCall
from assistant.think.intents import Intents
from assistant.think.leaning_words import LeaningWords
from assistant.think.meant import Meant
from assistant.think.recent import DEFAULT_LIST, deeds
from assistant.think.retimed import retimed


class Entries:
    """Lists, timers, alarms and reminders right after one of them was spoken of."""

    def __init__(self, intents: Intents, words: LeaningWords) -> None:
        self._intents = intents
        self._words = words
        self._names = intents.phrases.names

    def another(self, words: str, row: Row, room: str) -> Meant | None:
        """The call of a row for other words: another item, another length of time."""
        call, _ = deeds(row)[-1]
        is_a_thing = self._names.area(self._words.core(words)) or self._names.meant(
            self._words.core(words), room
        )
        if call.name.startswith("list_") and is_a_thing:
            return None
        if (again := retimed(call, words, self._intents.now())) is not None:
            return Meant((again,), "another at another time")
        for sentence in entry_sentences(call, words):
            understood = self._intents.understand(sentence, room)
            if understood is not None and [c.name for c in understood.calls] == [call.name]:
                return Meant(understood.calls, understood.reason, sentence)
        return None

    def off_the_list(self, words: str, rows: Sequence[Row], room: str) -> Meant | None:
        """ "Remove the ham", right after a list was spoken of."""
        call = deeds(rows[0])[-1][0] if rows and deeds(rows[0]) else None
        if call is None or not call.name.startswith("list_"):
            return None
        sentence = f"{words} from the {call.arguments.get('list') or DEFAULT_LIST} list"
        understood = self._intents.understand(sentence, room)
        if understood is None or [c.name for c in understood.calls] != ["list_remove"]:
            return None
        return Meant(understood.calls, understood.reason, sentence)


def entry_sentences(call: ToolCall, words: str) -> Iterator[str]:
    """Ways to say a timer, an alarm or a list's items of the same sort with other words."""
    name = call.arguments.get("name")
    of_list = f"{call.arguments.get('list') or DEFAULT_LIST} list"
    if call.name == "list_add":
        yield f"add {words} to the {of_list}"
    elif call.name == "list_remove":
        yield f"take {words} off the {of_list}"
    elif call.name in ("timer_set", "alarm_set"):
        word = call.name.removesuffix("_set")
        rest = words
        for lead in ("another one", "another", "one more", "a second one", "one", "for", "to", "at"):
            rest = rest.removeprefix(f"{lead} ")
        if isinstance(name, str) and rest == words:
            yield f"set a {name} {word} for {rest}"
        yield f"set a {word} for {rest}"
        yield f"set {words}"
        yield f"set a {rest}"
    elif call.name == "reminder_set":
        yield from (
            f"remind me {joint}{words} to {call.arguments.get('text')}" for joint in ("at ", "", "in ")
        )
    elif call.name == "command_later":
        yield from (f"{call.arguments.get('command')} {joint}{words}" for joint in ("at ", "", "in "))
    elif call.name in ("volume_set", "volume_change"):
        yield f"set the volume to {words}"

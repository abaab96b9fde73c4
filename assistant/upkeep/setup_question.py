"""One thing that setup asks: its choices, its default, and what a wrong answer is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from assistant.errors import AssistantError

LONGEST: Final = 4_000
"""Characters of an answer: an access token."""


class WrongAnswer(AssistantError):
    """An answer that does not fit; the message says what would."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask."""

    key: str
    """Its name in an answers file."""
    text: str
    default: str
    choices: Mapping[str, str] = field(default_factory=dict)
    """Answer → what it means; empty: free text."""
    check: Callable[[str], str] = str.strip
    """Answer → as it is kept. Raises WrongAnswer."""
    found: Mapping[str, str] = field(default_factory=dict)
    """Free text: answers that were found here, by what they are called; a number chooses one."""
    settled: bool = False
    """What was said before leaves one good answer, so it is not asked; an answers file may say otherwise."""
    codes: bool = False
    """The choices are codes; people read, and may type, what they stand for."""
    secret: bool = False
    """Not shown while it is typed, and not kept where setup is interrupted."""

    def taken(self, said: str) -> str:
        """The answer as it is kept; empty means the default. Raises WrongAnswer."""
        said = said.strip()
        if not said:
            return self.default
        if len(said) > LONGEST or not said.isprintable():
            raise WrongAnswer(f"{self.key}: that is no answer; type at most {LONGEST:,} plain characters")
        if not self.choices:
            near = dict(zip(map(str, range(1, len(self.found) + 1)), self.found, strict=True))
            return near.get(said) or self.check(said)
        numbered = dict(zip(map(str, range(1, len(self.choices) + 1)), self.choices, strict=True))
        wanted = (numbered.get(said, said) if said not in self.choices else said).casefold()
        called = {choice: {choice.casefold(), self.called(choice).casefold()} for choice in self.choices}
        found = [choice for choice, names in called.items() if wanted in names] or [
            choice for choice, names in called.items() if any(name.startswith(wanted) for name in names)
        ]
        if len(found) > 1:
            either = " or ".join(map(self.called, found))
            raise WrongAnswer(f'{self.key}: "{said[:60]}" may be {either}. Type more, or the number')
        if not found:
            known = ", ".join(map(self.called, self.choices))
            raise WrongAnswer(f'{self.key}: "{said[:60]}" is none of {known}. Type a word, or its number')
        return found[0]

    def called(self, choice: str) -> str:
        """A choice, or another answer, as people read it."""
        return self.choices.get(choice, choice) if self.codes else choice


def yes_or_no(key: str, text: str) -> Question:
    """A plain one; yes unless somebody says no."""
    return Question(key, text, "yes", {"yes": "", "no": ""})


def shown(question: Question) -> Sequence[str]:
    """The question as lines to read."""
    lines = ["", question.text]
    for number, (choice, told) in enumerate(question.choices.items(), 1):
        mark = "*" if choice == question.default else " "
        more = "" if question.codes or not told else f": {told}"
        lines.append(f" {mark}{number}. {question.called(choice)}{more}")
    for number, (answer, called) in enumerate(question.found.items(), 1):
        lines.append(f"  {number}. {answer}{f': {called}' if called else ''}")
    return lines

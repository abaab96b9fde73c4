"""What the language model reads while nobody waits for it."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from assistant.messages import LlmItem, Prompt
from tests.house.test_speculation import HOME, Near, Stage

ASKED = "who wrote the magic flute"


class Noting(Near):
    """Notes every prompt in order: the words asked, and for those read ahead the dialogue before them."""

    def __init__(self, reply: str, to: str) -> None:
        super().__init__(reply, to=to)
        self.read: list[str] = []

    async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
        *before, words = [m.content for m in prompt.messages if m.role in ("user", "assistant")]
        self.read.append(f"ahead after {before}" if not prompt.max_tokens else words)
        async for item in super().converse(prompt):
            yield item


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("home") / "home.yaml"
    file.write_text(HOME)
    return file


async def test_at_the_wake_word_and_after_the_answer_the_talk_so_far_is_read(home: Path) -> None:
    llm = Noting("It was Mozart.", to=ASKED)
    await Stage(home, f"hey jarvis {ASKED}", 3.0, llm=llm).play()
    assert llm.read == ["ahead after []", ASKED, f"ahead after {[ASKED, 'It was Mozart.']}"]


async def test_words_read_in_a_pause_stay_read_when_speech_goes_on(home: Path) -> None:
    llm = Noting("It was Mozart.", to=ASKED)
    await Stage(home, "hey jarvis who wrote", 0.3, "the magic flute", 3.0, llm=llm).play()
    assert llm.read[:3] == ["ahead after []", "who wrote", ASKED]


async def test_what_was_not_read_to_its_end_is_read_on_when_speech_goes_on(home: Path) -> None:
    class Slow(Noting):
        """Never done with reading ahead."""

        async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
            async for item in super().converse(prompt):
                yield item
            if not prompt.max_tokens and len(self.read) < 4:
                await asyncio.Event().wait()

    llm = Slow("It was Mozart.", to=ASKED)
    await Stage(home, "hey jarvis who wrote", 0.3, "the magic flute", 3.0, llm=llm).play()
    assert llm.read[:4] == ["ahead after []", "who wrote", "ahead after []", ASKED]


async def test_who_speaks_while_it_is_read_has_it_read_on(home: Path) -> None:
    class Slow(Noting):
        """Is long at what comes after an answer."""

        async def converse(self, prompt: Prompt) -> AsyncGenerator[LlmItem, None]:
            async for item in super().converse(prompt):
                yield item
            if not prompt.max_tokens and "Mozart" in self.read[-1]:
                await asyncio.Event().wait()

    llm = Slow("It was Mozart.", to=ASKED)
    await Stage(home, f"hey jarvis {ASKED}", 3.0, f"hey jarvis {ASKED}", 3.0, llm=llm).play()
    assert llm.read[:4] == ["ahead after []", ASKED, f"ahead after {[ASKED, 'It was Mozart.']}", ASKED]

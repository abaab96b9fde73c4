"""What the phrases of clock, notes, sums, emergency, quiet and announcements mean, as people type them."""

import pytest

from assistant.messages import JsonValue
from assistant.think.intents import Intents
from assistant.think.phrases import Phrases
from assistant.think.written import as_written
from tests.think.house import HOUSE


@pytest.fixture(scope="module")
def intents() -> Intents:
    intents = Intents(Phrases.load("en", HOUSE))
    intents.recalls = lambda question: "bins" in question
    return intents


def calls(intents: Intents, text: str) -> list[tuple[str, dict[str, JsonValue]]] | None:
    understood = intents.understand(text, "living room")
    return None if understood is None else [(call.name, dict(call.arguments)) for call in understood.calls]


@pytest.mark.parametrize(
    ("said", "tool", "given"),
    [
        ("what time is it in Tokyo?", "time_now", {"place": "tokyo"}),
        ("what's the time in New York right now", "time_now", {"place": "new york"}),
        ("what day is the 24th of December", "date_find", {"when": "december 24"}),
        ("what day is december twenty fourth", "date_find", {"when": "december 24"}),
        ("what date is next Friday", "date_find", {"when": "next friday"}),
        ("what's the date tomorrow", "date_find", {"when": "tomorrow"}),
        ("when is easter", "date_find", {"when": "easter"}),
        ("how many days until Christmas", "date_find", {"when": "christmas", "tell": "days_until"}),
        ("how many days until the third of May", "date_find", {"when": "may 3", "tell": "days_until"}),
        ("how long until friday", "date_find", {"when": "friday", "tell": "days_until"}),
        ("what week is it", "date_find", {"when": "today", "tell": "week"}),
        ("is it a leap year", "leap_year", {}),
        ("is 2028 a leap year", "leap_year", {"year": 2028}),
        ("what's twelve times seven", "calculate", {"expression": "twelve times seven"}),
        ("What is 3.5 plus 2?", "calculate", {"expression": "3.5 plus 2"}),
        ("what's (3+4)*2", "calculate", {"expression": "(3+4)*2"}),
        ("12*7", "calculate", {"expression": "12*7"}),
        ("how much is 15% of 80", "calculate", {"expression": "15% of 80"}),
        ("square root of two please", "calculate", {"expression": "square root of two"}),
        ("how many grams in a pound", "convert", {"amount": "a", "unit": "pound", "into": "grams"}),
        (
            "convert 20 celsius to fahrenheit",
            "convert",
            {"amount": "twenty", "unit": "celsius", "into": "fahrenheit"},
        ),
        ("how many cups are in a litre", "convert", {"amount": "a", "unit": "litre", "into": "cups"}),
        ("five miles in kilometres", "convert", {"amount": "five", "unit": "miles", "into": "kilometres"}),
        (
            "what's 2.5 hours in minutes",
            "convert",
            {"amount": "two and a half", "unit": "hours", "into": "minutes"},
        ),
        (
            "how many seconds are there in an hour",
            "convert",
            {"amount": "an", "unit": "hour", "into": "seconds"},
        ),
        ("remember that the bins go out on Tuesday", "note_add", {"text": "the bins go out on Tuesday"}),
        ("Remember that my Wi-Fi is Foo-42!", "note_add", {"text": "my Wi-Fi is Foo-42"}),
        (
            "make a note that it's Anna's birthday on the 3rd",
            "note_add",
            {"text": "it's Anna's birthday on the 3rd"},
        ),
        ("what do you know about me", "note_find", {}),
        ("what do you know about the bins", "note_find", {"about": "the bins"}),
        ("when do the bins go out", "note_find", {"about": "do the bins go out"}),
        ("forget that", "note_forget", {"last": True}),
        ("forget about the bins", "note_forget", {"about": "the bins"}),
        ("forget everything", "note_forget", {"all": True}),
        ("forget everything you know about me", "note_forget", {"all": True}),
        ("what can you do with lights", "help", {"topic": "lights"}),
        ("help me with timers", "help", {"topic": "timers"}),
        ("how do i use the lights", "help", {"topic": "lights"}),
        ("help", "help", {}),
        ("help me", "emergency", {}),
        ("help me!", "emergency", {}),
        ("call 112", "emergency", {}),
        ("call 911", "emergency", {}),
        ("please call an ambulance", "emergency", {}),
        ("call the police", "emergency", {}),
        ("I need help", "emergency", {}),
        ("there is a fire in the kitchen", "emergency", {}),
        ("do not disturb", "do_not_disturb", {"on": True}),
        ("do not disturb for an hour", "do_not_disturb", {"on": True, "duration_s": 3600}),
        ("don't disturb me until 7", "do_not_disturb", {"on": True, "until": "7:00"}),
        (
            "do not disturb until seven thirty in the morning",
            "do_not_disturb",
            {"on": True, "until": "07:30"},
        ),
        ("do not disturb until 10 pm", "do_not_disturb", {"on": True, "until": "22:00"}),
        ("turn off do not disturb", "do_not_disturb", {"on": False}),
        ("is do not disturb on", "quiet_query", {}),
        ("tell everyone dinner is ready", "announce", {"text": "dinner is ready"}),
        ("Tell everybody that it's 5 o'clock!", "announce", {"text": "it's 5 o'clock"}),
        ("announce in the kitchen that I'm home", "announce", {"text": "I'm home", "room": "kitchen"}),
        ("mute yourself", "mute", {}),
        ("stop listening everywhere", "mute", {"everywhere": True}),
        ("forget it", "stop", {}),
    ],
)
def test_what_is_typed_is_understood(
    intents: Intents, said: str, tool: str, given: dict[str, JsonValue]
) -> None:
    assert calls(intents, said) == [(tool, given)]


@pytest.mark.parametrize(
    "said",
    [
        "who wrote hamlet",
        "when does the train leave",
        "remember to take out the trash",
        "remember me",
        "remember",
        "what is five",
        "what is a cup",
        "twelve",
        "half",
        "five times",
        "what is the root of all evil",
        "how many cups are in a house",
        "how many grams",
        "help me move the sofa",
        "help me write a letter",
        "call mum",
        "call me an idiot",
        "is there a fire department in town",
        "what day is the thirty second of may",
        "what day is my birthday",
        "what time is it in narnia",
        "do not disturb until the cows come home",
        "tell me everything",
        "tell everyone",
        "announce",
        "stop listening to the radio",
        "forget the milk",
    ],
)
def test_what_is_not_understood_whole_is_left_to_others(intents: Intents, said: str) -> None:
    assert not calls(intents, said), said


def test_free_words_are_given_as_they_were_written() -> None:
    plain = {"text": "the code is one hundred twenty three"}
    assert as_written("note_add", plain, "remember that the code is 123!") == {"text": "the code is 123"}
    assert as_written("note_add", plain, "nothing like it") == plain
    assert as_written("list_add", {"text": "x"}, "x") == {"text": "x"}
    long = "a " * 100
    assert as_written("note_add", {"text": "a"}, long) == {"text": "a"}

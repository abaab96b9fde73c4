"""What the slots of the paraphrases are filled with: what is said, and what that is in a call."""

import random
from collections.abc import Sequence

from assistant.messages import JsonValue
from assistant.think.numbers import in_words
from kit.chat_homes import words

Filled = tuple[str, JsonValue]
COLORS = ("red", "green", "blue", "yellow", "orange", "purple", "pink", "white", "turquoise", "violet")
ITEMS = (
    *("milk", "bread", "butter", "eggs", "cheese", "apples", "bananas", "coffee", "tea", "sugar", "salt"),
    *(
        "flour",
        "rice",
        "pasta",
        "tomatoes",
        "potatoes",
        "onions",
        "soap",
        "toothpaste",
        "batteries",
        "yogurt",
    ),
    *("olive oil", "dog food", "paper towels", "orange juice", "light bulbs", "cat litter", "carrots"),
    *("cereal", "ham", "fish", "honey", "lemons", "napkins", "shampoo", "detergent", "pears", "water"),
)
FOODS = (
    *("eggs", "pasta", "rice", "pizza", "bread", "tea", "cake", "potatoes", "chicken", "soup", "cookies"),
    *("laundry", "lasagna", "noodles", "pie", "beans", "roast", "fish", "coffee", "dough", "stew", "toast"),
)
VERBS = (
    "call",
    "feed",
    "water",
    "pick up",
    "clean",
    "check",
    "visit",
    "pay",
    "take out",
    "fix",
    "find",
    "wash",
)
OBJECTS = (
    *(
        "mum",
        "the dog",
        "the plants",
        "the kids",
        "the bathroom",
        "the oven",
        "grandma",
        "the rent",
        "the bins",
    ),
    *(
        "the bike",
        "my keys",
        "the car",
        "the cat",
        "the doctor",
        "the windows",
        "the mail",
        "dad",
        "the bank",
    ),
)
HIDDEN = ("spare key", "passport", "ladder", "drill", "umbrella", "suitcase", "charger", "glasses", "wallet")
PLACES = (
    "under the stairs",
    "in the drawer",
    "behind the door",
    "in the garage",
    "on the shelf",
    "in the car",
)
MESSAGES = (
    *("dinner is ready", "we are leaving", "the taxi is here", "breakfast is on the table", "it is bedtime"),
    *("i am home", "the film is starting", "grandma is here", "the bus is coming", "lunch is served"),
)


LOOSE_SHARE = 0.4
"""Of texts and items: made of words at random, so that they are read and not known by heart."""
CONVERSIONS = (
    (("miles", "mile"), "kilometers"),
    (("kilometers", "kilometer"), "miles"),
    (("pounds", "pound"), "kilograms"),
    (("kilograms", "kilogram"), "pounds"),
    (("feet", "foot"), "meters"),
    (("inches", "inch"), "centimeters"),
    (("cups", "cup"), "milliliters"),
    (("ounces", "ounce"), "grams"),
    (("gallons", "gallon"), "liters"),
    (("hours", "hour"), "minutes"),
)


def _loose(chance: random.Random) -> bool:
    return chance.random() < LOOSE_SHARE


def _word(chance: random.Random) -> str:
    return chance.choice(words())


def _one_of(names: Sequence[str], chance: random.Random) -> str:
    return _word(chance) if _loose(chance) else chance.choice(names)


def _number(value: int, chance: random.Random) -> str:
    return str(value) if chance.random() < 0.3 else in_words(value)


def percent(chance: random.Random) -> Filled:
    """5 to 100, in fives."""
    value = chance.randrange(5, 101, 5)
    return _number(value, chance), value


def degrees(chance: random.Random) -> Filled:
    """Of a room, in Celsius."""
    value = chance.randint(12, 28)
    return _number(value, chance), value


def conversion(chance: random.Random) -> dict[str, Filled]:
    """The slots `amount`, `unit` and `into` together."""
    (many, one), into = chance.choice(CONVERSIONS)
    value = chance.choice([1, *range(2, 21), 25, 30, 40, 50, 60, 75, 80, 100, 150, 200])
    said = f"{_number(value, chance)} {one if value == 1 else many}"
    return {"amount": (said, value), "unit": (many, many), "into": (into, into)}


def color(chance: random.Random) -> Filled:
    """A color."""
    name = chance.choice(COLORS)
    return name, name


def duration(chance: random.Random) -> Filled:
    """Seconds, minutes, hours, and halves."""
    draw = chance.random()
    if draw < 0.12:
        return chance.choice([("half an hour", 1800), ("an hour and a half", 5400), ("an hour", 3600)])
    if draw < 0.2:
        return chance.choice([("a quarter of an hour", 900), ("a minute", 60), ("a minute and a half", 90)])
    if draw < 0.28:
        hours, minutes = chance.randint(1, 3), chance.choice([5, 10, 15, 20, 25, 30, 40, 45, 50])
        told = "an hour" if hours == 1 else f"{_number(hours, chance)} hours"
        if minutes == 30 and chance.random() < 0.4 and hours > 1:
            return f"{_number(hours, chance)} and a half hours", hours * 3600 + 1800
        return f"{told} and {_number(minutes, chance)} minutes", hours * 3600 + minutes * 60
    if draw < 0.36:
        value = chance.choice([10, 15, 20, 30, 40, 45, 50, 90])
        return f"{_number(value, chance)} seconds", value
    if draw < 0.44:
        value = chance.randint(2, 12)
        return f"{_number(value, chance)} hours", value * 3600
    value = chance.choice([*range(2, 31), *range(30, 121, 5)])
    return f"{_number(value, chance)} minutes", value * 60


def time(chance: random.Random) -> Filled:
    """A time of day that leaves no doubt: with am or pm, morning or evening, or of 24 hours."""
    hour, minute = chance.randint(1, 12), chance.choice([0, 0, 0, 15, 30, 45, 5, 10, 20, 40, 50])
    late = chance.random() < 0.4
    half = chance.choice(["pm", "p.m.", "in the evening"] if late else ["am", "a.m.", "in the morning"])
    if half.startswith("in") and not ((late and 5 <= hour <= 11) or (not late and 1 <= hour <= 11)):
        half = "pm" if late else "am"
    value = f"{hour % 12 + 12 * late:02}:{minute:02}"
    if minute and chance.random() < 0.3:
        return f"{hour}:{minute:02} {half}", value
    if minute == 30 and chance.random() < 0.5:
        return f"half past {in_words(hour)} {half}", value
    if minute in (15, 45) and chance.random() < 0.5:
        named = f"quarter past {in_words(hour)}" if minute == 15 else f"quarter to {in_words(hour % 12 + 1)}"
        if minute == 15 or hour not in (11, 12):
            return f"{named} {half}", value
    if minute:
        told = f"oh {in_words(minute)}" if minute < 10 else in_words(minute)
        return f"{in_words(hour)} {told} {half}", value
    return f"{_number(hour, chance)} {half}", value


def item(chance: random.Random) -> Filled:
    """Something to buy."""
    name = chance.choice(ITEMS)
    return name, name


def items(chance: random.Random) -> Filled:
    """One to three things to buy."""
    chosen = chance.sample(ITEMS, chance.choice([1, 1, 1, 2, 2, 3]))
    chosen = list(dict.fromkeys(_word(chance) if _loose(chance) else each for each in chosen))
    said = chosen[0] if len(chosen) == 1 else f"{' '.join(chosen[:-1])} and {chosen[-1]}"
    return said, list[JsonValue](chosen)


def food(chance: random.Random) -> Filled:
    """Something that is timed."""
    name = _one_of(FOODS, chance)
    return name, name


def task(chance: random.Random) -> Filled:
    """Something to be done."""
    verb = _one_of(VERBS, chance)
    text = f"{verb} {f'the {_word(chance)}' if _loose(chance) else chance.choice(OBJECTS)}"
    return text, text


def keeps(chance: random.Random) -> Filled:
    """Something that lies somewhere."""
    name = _one_of(HIDDEN, chance)
    return name, name


def fact(chance: random.Random) -> Filled:
    """Where something lies, or what somebody likes."""
    hidden = _one_of(HIDDEN, chance)
    place = f"{chance.choice(('in', 'on', 'under', 'behind'))} the {_word(chance)}"
    text = f"the {hidden} is {place if _loose(chance) else chance.choice(PLACES)}"
    return text, text


def message(chance: random.Random) -> Filled:
    """Something all shall hear."""
    text = f"the {_word(chance)} is {_word(chance)}" if _loose(chance) else chance.choice(MESSAGES)
    return text, text


def sum(chance: random.Random) -> Filled:
    """Two numbers and what is done with them."""
    first, second = chance.randint(2, 99), chance.randint(2, 40)
    said, sign = chance.choice([("plus", "+"), ("minus", "-"), ("times", "*"), ("divided by", "/")])
    return f"{_number(first, chance)} {said} {_number(second, chance)}", f"{first} {sign} {second}"

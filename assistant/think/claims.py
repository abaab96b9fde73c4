"""Does a sentence claim that something was or will be done in the house? In six languages.

In a turn in which no tool took effect such a sentence is untrue, however politely it is put. A sentence too
many held back costs a clumsy answer; one let through is a lie, so doubt goes against the sentence.
"""

import re
from dataclasses import dataclass
from functools import cache

from assistant.think.claims_romance import FRENCH, ITALIAN, SPANISH
from assistant.think.claims_words import DUTCH, ENGLISH, GERMAN, ClaimWords

_DONE = (
    r"(?:turned|switched|set|started|stopped|added|removed|cancell?ed|paused|resumed|dimmed|brightened|locked|"
    r"unlocked|opened|closed|changed|adjusted|increased|decreased|raised|lowered|muted|unmuted|put|made|created|"
    r"cleared|deleted|sent|played|saved|scheduled|ordered|called|noted|updated|enabled|disabled|activated|"
    r"deactivated|reminded|written|wrote|extended|reset|taken care|done|completed|finished|told|announced|"
    r"booked|bought)"
)
_DO = (
    r"(?:turn|switch|set|start|stop|add|remove|cancel|pause|resume|dim|brighten|lock|unlock|open|close|change|"
    r"adjust|increase|decrease|raise|lower|mute|unmute|put|create|clear|delete|send|play|save|schedule|order|call|"
    r"note|update|enable|disable|activate|deactivate|remind|write|extend|reset|take care|notify|wake|alert|"
    r"announce|book|buy|do (?:that|it|this)|get (?:that|it|right on)|make sure|let you know when)"
)
_DOING = (
    r"(?:turning|switching|setting|starting|stopping|adding|removing|cancell?ing|pausing|resuming|dimming|"
    r"brightening|locking|unlocking|opening|closing|changing|adjusting|increasing|decreasing|raising|lowering|"
    r"muting|playing|creating|clearing|deleting|sending|saving|scheduling|ordering|calling|updating|enabling|"
    r"disabling|activating)"
)
_THING = (
    r"(?:lights?|lamps?|bulbs?|timers?|alarms?|reminders?|lists?|volume|music|radio|doors?|locks?|garage|blinds?|"
    r"curtains?|shutters?|fans?|heaters?|heating|thermostat|temperature|television|tv|telly|kettle|machine|"
    r"switch(?:es)?|plugs?|it|that|they|everything|all)"
)
_STATE = (
    r"(?:on|off|set|open|closed|locked|unlocked|running|started|stopped|paused|muted|dimmed|playing|"
    r"cancell?ed|done)"
)
_WAY = r"(?:on|off|up|down)"
_FIRST = (
    r"(?:(?:ok(?:ay)?|sure(?: thing)?|al(?:l )?right|great|got it|certainly|of course|no problem|yes|yep|"
    r"perfect|there(?: you go)?|absolutely|very well|right away)[\s,.!:-]+)*"
)
_SOON = r"(?:just |already |now |also |successfully |happily |gladly )*"
_ASIDE = "".join(
    rf"(?<!\b{word} )"
    for word in (
        "if",
        "when",
        "once",
        "until",
        "should",
        "shall",
        "can",
        "could",
        "have",
        "did",
        "before",
        "after",
    )
)
"""Before "I turned", these make it no claim."""


def _read(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_ACTIONS = _read(
    # I've turned on the light; I have just set
    rf"{_ASIDE}\b(?:i|we)(?:'ve| have|'d| had)? {_SOON}{_DONE}\b",
    # I'll turn it on; I am going to add
    rf"\b(?:i|we)(?:'ll| will|'m going to| am going to|'re going to) {_SOON}{_DO}\b",
    # I'm turning it on; turning on the light
    rf"\b(?:i|we)(?:'m| am|'re| are) {_SOON}{_DOING}\b",
    rf"^{_FIRST}(?:now )?{_DOING} (?:{_WAY}|the|your|a|all|it|that|them)\b",
    # the light has been turned on; your timer is set
    rf"\b{_THING}(?: [\w-]+)?(?: (?:is|are|was|were|has been|have been|'s been)|'s|'re)(?: now| already)? "
    r"(?:turned|switched|set|started|stopped|added|cancell?ed|removed|dimmed|brought|put)\b",
    # done; all set; OK, it's done
    rf"^{_FIRST}(?:(?:and )?(?:it'?s|it is|that'?s|that is|all|consider it|everything(?:'?s| is)) )?"
    r"(?:done|set|finished|taken care of|completed|sorted|in progress|on its way)\b[\s.!,]*(?:$|for |to )",
    r"^(?:all )?done\b",
    rf"^{_FIRST}(?:i'?m )?on it\b",
    # timer set for ten minutes; kitchen light turned off; lights on; added milk to the list
    r"^(?:[\w'-]+ ){0,4}(?:timer|alarm|reminder)s? (?:set|started|cancell?ed|stopped|paused|added)\b",
    rf"^(?:[\w'-]+ ){{1,4}}(?:turned|switched|dimmed) (?:{_WAY}|to)\b",
    rf"^(?:[\w'-]+ ){{0,3}}{_THING} (?:on|off)[.!]*$",
    rf"^{_FIRST}(?:added|removed|put) .{{1,60}} (?:to|from|on) (?:the|your|my)\b",
    rf"^{_FIRST}(?:turned|switched|dimmed|cancell?ed|paused|muted|unlocked) (?:{_WAY}|the|your|all|it)\b",
    rf"^{_FIRST}(?:timer|alarm|reminder) (?:set|added|created|started)\b",
)
_STATES = _read(
    rf"\b(?:is|are|'s|'re) now {_SOON}(?:turned |switched )?{_STATE}\b",
    rf"\b{_THING}(?: (?:is|are)|'s|'re) {_STATE}[\s,]+now\b",
    r"\b(?:is|are|has been|have been|was|were) (?:now )?(?:added to|removed from|on) your\b",
    # the kitchen light is on: to one who asked for it, that says it was done
    rf"\b{_THING}(?: (?:is|are)|'s|'re) (?:already )?{_STATE}[\s.!]*$",
)
"""In answer to a question about a state these are no claim."""
_DENIES = re.compile(
    r"n't\b|\b(?:not|cannot|unable|never|no longer|nothing|failed|sorry)\b",
    re.IGNORECASE,
)

_STATE_QUESTION = re.compile(
    r"^(?:(?:hey|ok|okay|so|and|please|tell me|do you know|can you tell me)[\s,]+)*"
    r"(?:is|are|was|were|did|does|do|has|have|had|what|what's|which|how|who|whose|where|when|why|am)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:(?:hey|ok|okay|so|and|please)[\s,]+)*(?:do (?:me|us) a (?:favou?r|kindness)|when(?:ever)? you "
    r"(?:can|are (?:ready|free)|(?:have|get|find) (?:a|the|some) (?:moment|minute|second|sec|chance|time)))\b"
    r"[\s,]*(?:and\s+)?",
    re.IGNORECASE,
)
"""What follows it says what is wanted."""
_ASKS_TO_DO = re.compile(
    r"^(?:what about|how about|do (?:it|that|this)\b|have (?:the|a|my|it)\b)|"
    r"\b(?:and|then) (?:turn|switch|set|add|start|cancel|stop|play|dim|open|close)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Rules:
    """A language's words, ready to be looked for."""

    actions: tuple[re.Pattern[str], ...]
    states: tuple[re.Pattern[str], ...]
    denies: re.Pattern[str]
    doubts: re.Pattern[str]

    def claims(self, clause: str, *, asked_state: bool) -> bool:
        """Whether a clause claims something."""
        if self.denies.search(clause) or self.doubts.search(clause):
            return False
        patterns = self.actions if asked_state else self.actions + self.states
        return any(pattern.search(clause) for pattern in patterns)


def _rules(words: ClaimWords) -> _Rules:
    first = rf"(?:{words.first}[\s,.!:-]+)*"
    some = r"(?:[^\s,]+ ){0,9}?"
    few = r"(?:[^\s,]+ ){0,4}?"
    thing = rf"(?<!\w){words.thing}(?!\w) {few}"
    it = rf"(?<!\w){words.it}[ ']"
    return _Rules(
        _read(
            *(rf"(?<!\w){did} {some}{words.done}(?!\w)" for did in words.i_did),
            # "I have done" whatever, unless it is what a mind does
            *(
                rf"(?<!\w){did} {some}(?!{words.harmless}(?!\w)){words.any_done}(?!\w)"
                for did in words.i_did[:2]
            ),
            rf"(?<!\w){words.i_do}(?!\w)",
            rf"{thing}{words.is_now} {few}{words.done}(?!\w)",
            rf"{it}{words.is_now} {few}{words.done}(?!\w)",
            rf"^{first}{words.finished}[\s.!]*$",
            rf"^{first}(?!{words.orders}\b){words.done}(?!\w)",
            rf"^{first}{few}{words.thing} {few}{words.done}[\s.!]*$",
            rf"^{first}{few}{words.thing} {words.done}(?!\w)",
            # whatever has been sent, added, started; but not in 1889
            rf"^(?!.*\b(?:1\d|20)\d\d\b).*(?<!\w){words.has_been} {few}{words.done}(?!\w)",
            rf"^{first}(?!.*(?<!\w){words.is_now}(?!\w))(?:[^\s,]+ ){{1,3}}{words.done}[\s.!]*$",
            rf"^{first}{words.doing} ",
        ),
        _read(
            rf"{thing}{words.is_now} {few}{words.state}(?!\w)",
            rf"{it}{words.is_now} {few}{words.state}[\s.!]*$",
            rf"^{first}{few}{words.thing} {words.state}[\s.!]*$",
            rf"{thing}.*(?<!\w){words.now}(?!\w)",
            rf"^{first}{words.now} {words.does}(?!\w)",
            rf"^{first}{words.now} .*(?<!\w){words.thing}(?!\w)",
            rf"{thing}{words.does}(?!\w)",
            rf"(?<!\w){words.on_the_list}(?!\w)",
        ),
        re.compile(words.denies, re.IGNORECASE),
        re.compile(rf"^{first}{words.doubts}(?!\w)", re.IGNORECASE),
    )


_WORDS = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, DUTCH)
_DENIALS = (_DENIES, *_read(*(words.denies for words in _WORDS)))
_QUESTIONS = tuple(_read(rf"^[\s¿]*{words.asks}(?!\w)", words.requests) for words in _WORDS)
"""Of each language, how a question about a state begins, and what makes one a polite request."""


@cache
def _languages() -> tuple[_Rules, ...]:
    # A tenth of a second of compiling: not at import, where a house without an LLM would pay for it too.
    return tuple(map(_rules, _WORDS))


def prepare() -> None:
    """Compile what `claims` looks for, so that the first answer need not wait for it."""
    _languages()


def claims(sentence: str, *, asked_state: bool = False) -> bool:
    """Whether the sentence says that something was, is being or will be done.

    `asked_state`: it answers a question about a state, so telling one is no claim.
    """
    plain = _plain(sentence)
    patterns = _ACTIONS if asked_state else _ACTIONS + _STATES
    for clause in _CLAUSES.split(plain):
        for part in dict.fromkeys((clause, *_PARTS.split(clause))):
            doubted = _DENIES.search(part) or (part is not clause and _IF.search(part))
            if not doubted and any(pattern.search(part) for pattern in patterns):
                return True
            if not part.endswith("?") and any(r.claims(part, asked_state=asked_state) for r in _languages()):
                return True
    return False


_CLAUSES = re.compile(
    r"(?<=[.!?;])\s+|,? (?:but|aber|mais|pero|ma|però|maar) |\s[\u2013\u2014-]\s", re.IGNORECASE
)
_IF = re.compile(r"^(?:if|when|once|unless|until|before|after|whether)\b", re.IGNORECASE)
_PARTS = re.compile(r",\s+|(?<=[!.])\s+")


def _plain(text: str) -> str:
    """One spelling of apostrophes and spaces, without what is only there to be seen."""
    plain = text.replace("\u2019", "'").replace("*", "").replace("\u202f", " ").replace("\xa0", " ")
    return " ".join(
        re.sub(r"[\u200b-\u200f\u2060\ufeff\xad_`#¡]|[^\w\s.,;:!?'%°&()\"¿\u2013\u2014/-]", "", plain).split()
    )


def denies(sentence: str) -> bool:
    """Whether the sentence admits that something failed, or asks back."""
    plain = _plain(sentence)
    return "?" in plain or any(denial.search(plain) for denial in _DENIALS)


def asks_state(text: str) -> bool:
    """Whether a person's words ask how things are, so that nothing may be changed."""
    plain = _COURTESY.sub("", _plain(text))
    if _STATE_QUESTION.search(plain):
        return not _ASKS_TO_DO.search(plain)
    return any(asks.search(plain) and not requests.search(plain) for asks, requests in _QUESTIONS)

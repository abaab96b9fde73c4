"""Which sentences claim an action, and which questions may change nothing."""

import pytest

from assistant.think.claims import asks_state, claims

CLAIMS = """\
I've turned on the kitchen light.
I have turned on the light for you.
I turned the lamp off.
I've just set a timer for ten minutes.
I have successfully added milk to your shopping list.
OK, the light is on now.
The light is now on.
The lights are now off.
The kitchen light has been turned on.
Your timer has been set for five minutes.
Your timer is set for ten minutes.
The timer is set.
It's set.
Done.
Done!
OK, done.
All set!
All done.
It's done.
That's done.
Sure, it's done.
Okay, all set.
Consider it done.
Timer set for ten minutes.
Your ten minute timer started.
Ten minute timer set!
Lights on.
Kitchen light turned off.
Added milk to your shopping list.
Sure! Added eggs to the list.
Turning on the light.
OK, turning off the fan now.
I'm turning on the light now.
I am setting a timer for you.
I'll turn it off.
I will remind you at five.
I'm going to add that to the list.
I'll let you know when it is done.
Sure, I'll take care of it.
I'll do that right away.
Cancelled your timer.
**Done**, the fan is off.
The door is now locked.
I've locked the front door, is there anything else?
Milk was added to your list.
The volume was set to fifty percent.
I've put eggs on the list.
Okay, I've dimmed the lamp to 40 percent.
Got it, reminder set.
On it!
We have ordered it for you.
I can't sing, but I've turned on the light.
""".splitlines()

NO_CLAIMS = """\
Hello there.
The capital of France is Paris.
I can turn on the lights for you.
I can't turn on the light.
I couldn't find that lamp.
I haven't turned it on.
I did not set a timer.
Sorry, I have not done that.
Would you like me to turn on the light?
Do you want me to set a timer?
Should I turn it off?
Shall I set it for ten minutes?
Which light do you mean?
It is ten past two.
It is now five o'clock.
The Berlin wall was opened in 1989.
The museum is closed on Mondays.
Preheat the oven and set it to 200 degrees.
Set the oven to 180 degrees.
Columbus set sail in 1492.
You can turn it off with the switch.
If I turned it off, it would get dark.
A timer counts down.
There is no timer running.
You have two timers.
Water boils at a hundred degrees.
The recipe is done after ten minutes.
Added sugar is not healthy.
I don't know that.
What would you like to add?
It was written by Jane Austen.
I'm sorry, the fan can't be reached.
Nothing was changed.
I think it will rain tomorrow.
Your shopping list has milk and eggs.
I'm your house's voice.
""".splitlines()


@pytest.mark.parametrize("sentence", CLAIMS)
def test_claims(sentence: str) -> None:
    assert claims(sentence)


@pytest.mark.parametrize("sentence", NO_CLAIMS)
def test_no_claims(sentence: str) -> None:
    assert not claims(sentence)


def test_a_printed_apostrophe_is_one() -> None:
    assert claims("I\u2019ve turned it off.")


def test_telling_a_state_that_was_asked_for_is_no_claim_but_an_action_is() -> None:
    assert not claims("The light is now off.", asked_state=True)
    assert not claims("Three lights are on.", asked_state=True)
    assert claims("Three lights are on.")
    assert claims("OK, the light is on.")
    assert claims("I've turned the light off.", asked_state=True)


@pytest.mark.parametrize(
    "text",
    [
        "is the light on?",
        "Are the doors locked",
        "what's on my list",
        "did you turn off the heater",
        "how warm is it",
        "which lights are on",
        "has the timer started",
        "okay so is the fan on",
        "do you know when the timer ends",
        "when you turned on the lamp was it dark",
        "when you get a moment, is the kitchen light on?",
        "do us a favor, is the heating on?",
        "when you have a timer running, is the light on",
    ],
)
def test_state_questions(text: str) -> None:
    assert asks_state(text)


@pytest.mark.parametrize(
    "text",
    [
        "turn on the light",
        "can you turn off the light?",
        "could you set a timer",
        "would you lock up",
        "will you add milk",
        "I am cold",
        "make it brighter",
        "please stop the music",
        "do it",
        "is it dark? then turn on the light",
        "do me a favour and turn on the lamp",
        "hey, do us a favor and lock up",
        "when you have a moment turn on the lamp",
        "okay whenever you can, start the fan",
    ],
)
def test_requests_are_no_state_questions(text: str) -> None:
    assert not asks_state(text)

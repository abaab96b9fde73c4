"""A whole house that speaks another language: what is typed, done and said."""

from pathlib import Path

import pytest

from assistant.catalogue import load_catalogue
from assistant.errors import MAYBE_DONE, DiskError, EngineError, SettingsError
from assistant.house.build import Opening, open_house
from assistant.house.kit import kit_of
from assistant.house.language import apology_in, check_language, voice_in
from assistant.journal import Entry, Journal
from assistant.messages import Reply, ToolCall
from assistant.settings import Ears, Settings, WideEar
from assistant.skills.reply_file import replies_of

HOMES = Path(__file__).parent.parent / "homes"
TALKS = {
    "de": (
        "wohnzimmer",
        [
            (
                "Mach das Licht an und öffne bitte den Rollladen",
                [
                    "Wohnzimmerlicht und Stehlampe sind an.",
                    "Rollladen ist offen.",
                ],
            ),
            (
                "Verriegle die Haustür",
                [
                    "Soll ich das wirklich tun? Haustür",
                ],
            ),
            (
                "Ja bitte",
                [
                    "Haustür ist schon abgeschlossen.",
                ],
            ),
            (
                "Schalte das Licht nicht aus",
                [
                    replies_of("de").fixed["only_commands"],
                ],
            ),
        ],
    ),
    "fr": (
        "salon",
        [
            (
                "Éteins le lampadaire s'il te plaît",
                [
                    "Lampadaire est déjà éteint.",
                ],
            ),
            (
                "Mets un minuteur de dix minutes",
                [
                    "Minuteur réglé sur 10 minutes.",
                ],
            ),
            (
                "Annule le minuteur",
                [
                    "Le minuteur est supprimé.",
                ],
            ),
        ],
    ),
    "es": (
        "salón",
        [
            (
                "Enciende la luz de la cocina",
                [
                    "Luz de la encimera está encendida.",
                ],
            ),
            (
                "Pon un temporizador de 5 minutos",
                [
                    "Temporizador de 5 minutos en marcha.",
                ],
            ),
            (
                "abre la puerta del garaje",
                [
                    "Eso no lo hago por voz. Es cuestión de seguridad.",
                ],
            ),
        ],
    ),
    "it": (
        "soggiorno",
        [
            (
                "Accendi la piantana",
                [
                    "Piantana è accesa.",
                ],
            ),
            (
                "Il lampadario è acceso?",
                [
                    "Lampadario è spento.",
                ],
            ),
            (
                "Accendi il tostapane",
                [
                    "Non ho capito. Conosco solo i comandi della casa finché non c'è un modello linguistico.",
                ],
            ),
        ],
    ),
    "nl": (
        "woonkamer",
        [
            (
                "Zet de staande lamp op 20 %",
                [
                    "Staande lamp is aan, 20 procent.",
                ],
            ),
            (
                "Is de voordeur op slot?",
                [
                    "Voordeur is op slot.",
                ],
            ),
            (
                "Zet melk en eieren op de boodschappenlijst",
                [
                    "Op de lijst: melk en eieren.",
                ],
            ),
        ],
    ),
}


def abroad(language: str, room: str) -> Settings:
    return Settings.model_validate({"language": language, "rooms": {room: {}}})


@pytest.mark.parametrize("language", sorted(TALKS))
async def test_a_house_speaks_its_language(language: str) -> None:
    room, talk = TALKS[language]
    entries: list[Entry] = []
    journal = Journal(lambda: 0.0)
    opening = Opening(home_file=HOMES / f"{language}.yaml")
    with journal.reading(entries.append):
        async with open_house(abroad(language, room), journal, opening) as house:
            for text, replies in talk:
                entries.clear()
                await house.ask(text, room)
                said = [entry.happening.text for entry in entries if isinstance(entry.happening, Reply)]
                assert said == replies, text


async def test_english_words_are_no_commands_there() -> None:
    entries: list[Entry] = []
    journal = Journal(lambda: 0.0)
    with journal.reading(entries.append):
        async with open_house(abroad("de", "bad"), journal, Opening(home_file=HOMES / "de.yaml")) as house:
            await house.ask("turn off all the lights", "bad")
    assert not [entry for entry in entries if isinstance(entry.happening, ToolCall)]


def test_without_a_wide_ear_a_foreign_house_says_that_it_would_be_deaf() -> None:
    with pytest.raises(SettingsError, match=r"hears English only.*ears\.wide"):
        check_language(abroad("de", "bad"))
    check_language(Settings())
    check_language(Settings(language="en-GB"))
    check_language(Settings(language="nl", ears=Ears(wide=WideEar(model="whisper-base"))))
    with pytest.raises(SettingsError, match="not among those"):
        check_language(Settings(language="tlh"))


def test_the_kit_of_a_foreign_house_has_its_voice_and_no_narrow_ear() -> None:
    kit = kit_of(abroad("fr", "salon"), load_catalogue())
    assert kit.ears == ()
    assert kit.voice.options["voice"] == "fr-fr+f3"
    english = kit_of(Settings(), load_catalogue())
    assert [ear.engine for ear in english.ears] == ["pocketsphinx"]
    assert english.voice.options["voice"] == "en-us+f3"


def test_a_piper_voice_keeps_its_language() -> None:
    thorsten = load_catalogue().voice("thorsten")
    assert voice_in("de", thorsten) == thorsten
    assert voice_in("nl", thorsten) == thorsten


def test_an_apology_is_in_the_language_and_never_asks_to_repeat_what_may_be_done() -> None:
    assert apology_in("en", EngineError.spoken) == EngineError.spoken
    assert apology_in("de", EngineError.spoken) == "Das hat leider nicht geklappt."
    assert apology_in("de-AT", MAYBE_DONE).startswith("Da ist etwas schiefgegangen")
    assert apology_in("fr", DiskError.spoken).startswith("Mon disque")

"""A voice to be heard before it is chosen."""

import asyncio
from collections.abc import Callable
from typing import Final

from assistant.catalogue import Catalogue
from assistant.errors import AssistantError
from assistant.house import engines
from assistant.house.build import Opening, open_house
from assistant.journal import Journal
from assistant.messages import Sound
from assistant.settings import Settings
from assistant.upkeep.models import Models
from assistant.upkeep.say import play_aloud

Out = Callable[[str], None]
GREETINGS: Final = {
    "en": "Hello! This is how I sound. It is nice to meet you.",
    "de": "Hallo! So klinge ich. Schön, dich kennenzulernen.",
    "fr": "Bonjour ! Voici ma voix. Ravie de te connaître.",
    "es": "¡Hola! Así sueno. Encantada de conocerte.",
    "it": "Ciao! Questa è la mia voce. Piacere di conoscerti.",
    "nl": "Hallo! Zo klink ik. Leuk je te ontmoeten.",
}


def greeting(language: str) -> str:
    """What a voice of this language says of itself."""
    return GREETINGS.get(language.partition("-")[0], GREETINGS["en"])


class Voices:
    """Those of the catalogue, played on this box."""

    def __init__(self, catalogue: Catalogue, settings: Settings, *, fetch: bool) -> None:
        """`fetch`: a voice that is not here yet is fetched to be heard."""
        self._catalogue = catalogue
        self._settings = settings
        self._fetch = fetch

    def hear(self, name: str, speaker: str | None, out: Out) -> None:
        """Play it; what stands in the way is told. `speaker`: None for the box's own choice."""
        try:
            if self._is_here(name, out):
                out(f"listen to {name}…")
                if not asyncio.run(self._play(name, speaker)):
                    out("the loudspeaker does not play it now; is another program using it?")
        except AssistantError as error:
            out(str(error))

    def _is_here(self, name: str, out: Out) -> bool:
        voice = self._catalogue.voice(name)
        if (reason := engines.usable("tts", voice.engine)) is not None:
            out(f"{name} cannot be heard yet: {reason}")
            return False
        model = self._catalogue.models.get(voice.model)
        models = Models(self._catalogue, self._settings.data_folder / "models")
        if model is None or models.installed(model):
            return True
        if not self._fetch:
            out(f"{name} is not on this box, and nothing is to be downloaded now")
            return False
        out(f"fetching {name} first: {model.size_bytes / 1e6:.0f} MB")
        models.pull([model.id], out)
        return True

    async def _play(self, name: str, speaker: str | None) -> bool:
        language = self._catalogue.voice(name).language
        chosen = Settings(data_folder=self._settings.data_folder, voice=name)
        sounds: list[Sound] = []
        async with open_house(chosen, Journal(asyncio.get_running_loop().time), Opening()) as house:
            sounds += [sound async for sound in house.speech(greeting(language))]
        return await play_aloud(sounds, speaker)

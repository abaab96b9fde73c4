"""The voices of the house, and of the rooms with one of their own."""

from assistant.house.kit import Kit
from assistant.house.language import OWN, base, voice_key
from assistant.house.retry import RetriedTts
from assistant.house.spare import SparedTts, spared_voice
from assistant.house.staff import Staff
from assistant.journal import Journal
from assistant.ports import Tts
from assistant.settings import Settings
from assistant.speak.kept_sounds import KeptSounds
from assistant.speak.say import Saying
from assistant.speak.shared_speech import SharedSpeech


def manner(settings: Settings) -> Saying:
    """How an answer is cut into what is spoken at once."""
    speed = settings.speed
    led = speed.subject_first and base(settings.language) == OWN
    return Saying(settings.language, speed.first_clause, led)


def house_voice(staff: Staff, kit: Kit, journal: Journal) -> Tts:
    """What was kept of a voice is its own: one that falls silent is not mixed with another's."""
    spoken = [SharedSpeech(RetriedTts(voice)) for voice in (staff.voice, *staff.spare_voices)]
    voices = [KeptSounds(voice) if kit.keep_sounds else voice for voice in spoken]
    return spared_voice(voices, journal, staff.health.get("voice", ()))


def room_voices(settings: Settings, staff: Staff, kit: Kit, journal: Journal, house: Tts) -> dict[str, Tts]:
    """Of the rooms with a voice of their own; where it falls silent the house's speaks."""
    made = {name: SharedSpeech(RetriedTts(voice)) for name, voice in staff.room_voices.items()}
    voices = {
        name: SparedTts(KeptSounds(voice) if kit.keep_sounds else voice, house, journal)
        for name, voice in made.items()
    }
    keys = {room: voice_key(settings, room) for room in settings.rooms}
    return {room: voices[key] for room, key in keys.items() if key in voices}

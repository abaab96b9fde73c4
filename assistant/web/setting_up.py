"""The page's part on setting up: the questions of `assistant setup`, with the answers put into force here."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.catalogue import Catalogue, load_catalogue
from assistant.errors import AssistantError, SettingsError
from assistant.settings import Settings
from assistant.settings_yaml import read_yaml_bytes
from assistant.upkeep import (
    setup,
    setup_changes,
    setup_home,
    setup_place_questions,
    setup_questions,
    setup_updates,
)
from assistant.upkeep.find_home import find_home_assistants
from assistant.upkeep.fit import Box, Fit, measure
from assistant.upkeep.setup_place import countries
from assistant.upkeep.setup_question import Question, WrongAnswer
from assistant.upkeep.setup_questions import NONE
from assistant.upkeep.setup_voice import greeting
from assistant.web.errands import Errands, State
from assistant.web.guard import body, refused
from assistant.web.hall import Hall, Offer
from assistant.web.shelf import Shelf

LONGEST_TOKEN: Final = 4_000
ASKED_ANEW: Final = ("level", "updates")
"""Besides language and country: answers on which other questions hang."""


class SettingUp:
    """Questions, answers, and how far their downloads are."""

    def __init__(self, hall: Hall, shelf: Shelf, voices: Errands) -> None:
        self._hall = hall
        self._shelf = shelf
        self._voices = voices
        self._box: Box | None = None
        self._told = ""
        """What became of the answers last given."""

    def offers(self) -> Sequence[Offer]:
        """The routes."""
        return (
            ("GET", "/api/setup", self._show),
            ("POST", "/api/setup", self._take),
            ("GET", "/api/setup/voice", self._voice),
            ("GET", "/api/setup/homes", self._homes),
        )

    async def _show(self, request: Request) -> Response:
        box = await self._measured()
        catalogue = await asyncio.to_thread(load_catalogue)
        said = self._said()
        language = request.query_params.get("language", said["language"])
        if language not in setup_questions.LANGUAGES:
            raise SettingsError(f"there is no language {language[:20]}")
        country = request.query_params.get("country", said.get("country", ""))
        _answer_first(said, request.query_params)
        asked = _questions(said, language, country, catalogue, box)
        shown = [
            {**asdict(each), "check": None, "choices": _choices(each), "found": _found(each)}
            for each in asked
            if not each.settled
        ]
        return JSONResponse({"box": setup.told(box), "questions": shown, "told": self._told})

    async def _take(self, request: Request) -> Response:
        """Into force at once; where models are missing, when they are here."""
        asked = await body(request)
        given, token = asked.get("answers"), asked.get("token", "")
        if not isinstance(given, dict) or not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            return refused(422, "send answers, key by key")
        answers = await self._checked(given)
        if answers["home"].startswith("http") and not (token.strip() or self._has_key(answers["home"])):
            return refused(422, f"type Home Assistant's access token too, or write {NONE} for its address")
        if answers["updates"] == "yes" and not setup_updates.complete(answers):
            return refused(422, "for updates type where releases lie and their key too, or choose no")
        text = await self._text(answers, catalogue := await asyncio.to_thread(load_catalogue))
        settings = _read(text, self._hall.settings_file())
        if token.strip():
            await asyncio.to_thread(self._keep_token, token.strip())
        missing = await self._shelf.missing(settings)
        if not missing:
            await self._apply(text)
            return JSONResponse({"told": self._told})
        await self._shelf.pull(missing, then=lambda: self._apply(text))
        size_mb = round(sum(catalogue.models[model.id].size_bytes for model in missing) / 1e6)
        self._told = f"fetching {size_mb:,} MB first; the answers come into force when that is here"
        return JSONResponse({"told": self._told})

    async def _apply(self, text: str) -> None:
        try:
            await self._hall.change_settings(text)
            self._told = "in force"
        except AssistantError as error:
            self._told = str(error)
            raise

    async def _checked(self, given: Mapping[Any, Any]) -> dict[str, str]:
        """Every answer as it is kept; what was left out takes its default. Raises WrongAnswer."""
        catalogue, box = await asyncio.to_thread(load_catalogue), await self._measured()
        said = self._said()
        language = given.get("language", said["language"])
        if not isinstance(language, str) or language not in setup_questions.LANGUAGES:
            raise WrongAnswer(f"language: choose one of {', '.join(setup_questions.LANGUAGES)}")
        country = given.get("country", said.get("country", ""))
        if not isinstance(country, str):
            raise WrongAnswer("answer in text")
        _answer_first(said, given)
        asked = _questions(said, language, country, catalogue, box)
        questions = {each.key: each for each in asked}
        unknown = sorted(str(key) for key in given if key not in questions)
        if unknown or not all(isinstance(answer, str) for answer in given.values()):
            raise WrongAnswer(f"nothing asks for {', '.join(unknown)}" if unknown else "answer in text")
        return {key: question.taken(str(given.get(key, ""))) for key, question in questions.items()}

    async def _text(self, answers: dict[str, str], catalogue: Catalogue) -> str:
        settings = self._hall.settings()
        changes = setup_changes.changes(answers, catalogue, await self._measured(), settings)
        before, file = self._hall.settings_text(), self._hall.settings_file()
        rooms = setup_changes.own_rooms(settings) if before else ()
        return setup_changes.settings_text(before, rooms, changes, str(file))

    def _has_key(self, home: str) -> bool:
        there = self._hall.settings().home.home_assistant
        return there is not None and there.url == home and there.token_file.is_file()

    def _keep_token(self, token: str) -> None:
        there = self._hall.settings().home.home_assistant
        file = self._hall.settings_file().parent / setup_changes.TOKEN_FILE
        setup_home.keep_token(file if there is None else there.token_file, token)

    def _said(self) -> dict[str, str]:
        return setup_changes.said_before(self._hall.settings())

    async def _measured(self) -> Box:
        if self._box is None:
            folder = self._hall.settings().data_folder / "models"
            self._box = await asyncio.to_thread(measure, folder)
        return self._box

    # ── hearing and finding ──────────────────────────────────────────────────────────────────────

    async def _voice(self, request: Request) -> Response:
        """A voice that is on this box, as a WAV file."""
        name = request.query_params.get("name", "")
        voice = (await asyncio.to_thread(load_catalogue)).voice(name)
        words = greeting(voice.language)
        wanted = self._hall.settings().model_copy(update={"voice": name})
        for model in await self._shelf.missing(wanted):
            if model.id == voice.model:
                size = f"{model.size_bytes / 1e6:.0f} MB"
                return refused(409, f"{name} is not here yet ({size}); fetch {model.id} under Models first")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "voice.wav"
            errand = await self._voices.start("say", "--voice", name, "-o", str(file), words)
            await self._voices.ended()
            if errand.state is not State.DONE or not file.is_file():
                return refused(409, errand.lines[-1] if errand.lines else "that voice cannot be heard here")
            return Response(await asyncio.to_thread(file.read_bytes), media_type="audio/wav")

    async def _homes(self, request: Request) -> Response:
        return JSONResponse({"found": [asdict(each) for each in await find_home_assistants()]})


def _answer_first(said: dict[str, str], given: Mapping[Any, Any]) -> None:
    """Take answers on which other questions hang. The voice of before was that of the level of before."""
    before = said.get("level")
    said |= {key: str(value) for key, value in given.items() if key in ASKED_ANEW}
    if said.get("level") != before:
        said.pop("voice", None)


def _questions(
    said: Mapping[str, str], language: str, country: str, catalogue: Catalogue, box: Box
) -> list[Question]:
    """Those of the command line, but for sound (a browser is elsewhere) and the page (it is open)."""
    fit = Fit(box, catalogue, language)
    where = setup_place_questions.country(said.get("country", ""))
    where = replace(where, default=where.taken(country))
    level = setup_questions.level(fit, said.get("level", ""))
    speaker = said.get("voice") or setup_questions.fitting(level.default)
    return [
        replace(setup_questions.language(said["language"]), default=language),
        where,
        *setup_place_questions.place(where.default, said),
        *setup_questions.talking(said),
        level,
        setup_questions.voice(catalogue, language, speaker),
        setup_questions.home(said.get("home", NONE)),
        *(each for each in setup_questions.privacy(said) if each.key != "page"),
        *setup_updates.questions(said["updates"], said),
    ]


def _choices(question: Question) -> list[dict[str, str]]:
    return [{"value": value, "told": told} for value, told in question.choices.items()]


def _found(question: Question) -> list[dict[str, str]]:
    """What a browser proposes while somebody types."""
    found = question.found or ({} if question.key != "country" else _countries())
    return [{"value": value, "told": told} for value, told in found.items()]


def _countries() -> dict[str, str]:
    return {each.name: code for code, each in countries().items()}


def _read(text: str, file: Path) -> Settings:
    return read_yaml_bytes(text.encode(), str(file), Settings, folder=file.parent)

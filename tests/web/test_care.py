"""Rooms, models and setup on the page: the owner's file keeps its comments, and mistakes change nothing."""

import stat
import sys
from pathlib import Path

import pytest

from assistant import scripted
from assistant.catalogue import load_catalogue
from assistant.devices.booth import Booth
from assistant.memory.mutes import Mutes
from assistant.settings import RoomSettings, Settings
from assistant.upkeep.fit import Box
from assistant.upkeep.models import STAGING
from assistant.web import setting_up
from assistant.web.errands import Errands, State
from tests.roads.runner import kit
from tests.web.test_page import Visit, visiting

BOX = Box(4, 8_000, 50_000, "x86_64", "avx2", "", 15.0, 300.0)


async def rooms(visit: Visit) -> list[str]:
    return [room["name"] for room in (await visit.http.get("/api/rooms")).json()["rooms"]]


# ── rooms ────────────────────────────────────────────────────────────────────────────────────────


async def test_rooms_are_added_renamed_changed_and_removed_and_comments_stay() -> None:
    async with visiting() as visit:
        await visit.enter()
        visit.hall.text = "# ours\nvoice: hearth # the calm one\n"
        await visit.post("/api/rooms/add", {"name": "Guest Room"})
        assert await rooms(visit) == ["living room", "guest room"]
        quiet = {"start": "21:00", "end": "08:00"}
        changes = {"highest_risk": 0, "language": "de", "llm": False, "memory": False, "quiet_hours": quiet}
        answer = await visit.post("/api/rooms/change", {"name": "guest room", "changes": changes})
        shown = answer.json()["rooms"][1]
        assert {key: shown[key] for key in changes} == changes
        await visit.post("/api/rooms/rename", {"name": "guest room", "to": "attic"})
        assert await rooms(visit) == ["living room", "attic"]
        assert visit.hall.settings().rooms["attic"].highest_risk == 0
        assert visit.hall.settings().rooms["attic"].language == "de"
        await visit.post("/api/rooms/remove", {"name": "living room"})
        assert await rooms(visit) == ["attic"]
        assert visit.hall.text.startswith("# ours\nvoice: hearth # the calm one\n")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("add", {"name": "living room"}),
        ("add", {"name": "<b>"}),
        ("add", {"name": 3}),
        ("rename", {"name": "nowhere", "to": "attic"}),
        ("rename", {"name": "living room", "to": "a: b"}),
        ("remove", {"name": "living room"}),
        ("remove", {}),
        ("change", {"name": "living room", "changes": {"highest_risk": 4}}),
        ("change", {"name": "living room", "changes": {"pin": "1"}}),
        ("change", {"name": "living room", "changes": {"llm": {"a": [1]}}}),
        ("change", {"name": "living room", "changes": []}),
    ],
)
async def test_a_mistake_changes_no_room(path: str, body: object) -> None:
    async with visiting() as visit:
        await visit.enter()
        answer = await visit.post(f"/api/rooms/{path}", body)
        assert answer.status_code in (409, 422)
        assert answer.json()["error"]
        assert visit.hall.text == "voice: hearth\n"


async def test_a_room_that_hears_nothing_never_does_by_another_name() -> None:
    async with visiting(Settings(rooms={"den": RoomSettings()}), kit=kit({})) as visit:
        await visit.enter()
        visit.hall.text = "rooms: {den: {}}\n"
        assert visit.house.make_room is not None
        silence = Booth(scripted.silence(0.5))
        visit.house.rooms["den"] = visit.house.make_room("den", silence, wake=False)
        await visit.post("/api/mute", {"room": "den", "muted": True})
        await visit.post("/api/rooms/rename", {"name": "den", "to": "Study"})
        assert await Mutes(visit.house.desk.database).rooms() == {"den", "study"}


# ── models ───────────────────────────────────────────────────────────────────────────────────────


async def settled(visit: Visit) -> dict[str, object]:
    await visit.page.errands.ended()
    found: dict[str, object] = (await visit.http.get("/api/models")).json()
    return found


async def test_models_are_shown_with_licence_size_and_whether_they_are_here() -> None:
    async with visiting() as visit:
        await visit.enter()
        shown = {each["id"]: each for each in (await visit.http.get("/api/models")).json()["models"]}
        whisper = shown["whisper-base.en"]
        assert (whisper["installed"], whisper["in_use"], whisper["licence"]) == (False, False, "MIT")
        assert whisper["size_mb"] > 100
        assert any(each["non_commercial"] for each in shown.values())


async def test_fetching_is_another_process_and_tells_what_it_says() -> None:
    async with visiting() as visit:
        await visit.enter()
        await visit.post("/api/models", {"do": "pull", "id": "whisper-base.en"})
        found = await settled(visit)
        assert found["errand"] == {
            "words": "pull whisper-base.en",
            "models": ["whisper-base.en"],
            "state": "done",
            "lines": ["did models pull whisper-base.en"],
        }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"do": "pull"},
        {"do": "lock", "id": "whisper-base.en"},
        {"do": "pull", "id": "--help"},
        {"do": "pull", "id": "../x"},
        {"do": ["pull"], "id": "whisper-base.en"},
    ],
)
async def test_nothing_but_models_of_the_catalogue_is_fetched(body: object) -> None:
    async with visiting() as visit:
        await visit.enter()
        assert (await visit.post("/api/models", body)).status_code == 422
        assert visit.page.errands.last is None


async def test_the_system_service_names_the_way_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async with visiting() as visit:
        monkeypatch.setenv("HEARTH_ENGINES", "/run/hearth-engines/socket")
        await visit.enter()
        answer = await visit.post("/api/models", {"do": "pull", "id": "whisper-base.en"})
        assert (answer.status_code, "assistant models pull whisper-base.en" in answer.json()["error"]) == (
            409,
            True,
        )


FOREVER = (sys.executable, "-c", "import signal; print('begun', flush=True); signal.pause()")


def write(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(size))


async def test_one_thing_at_a_time_and_it_can_be_cancelled() -> None:
    async with visiting(command=FOREVER) as visit:
        await visit.enter()
        answer = await visit.post("/api/models", {"do": "pull", "id": "whisper-base.en"})
        assert answer.json()["busy"] is True
        model = load_catalogue().models["whisper-base.en"]
        part = visit.hall.settings().data_folder / "models" / STAGING / f"{model.files[0].sha256}.part"
        write(part, 3_000_000)
        told = (await visit.http.get("/api/models")).json()["errand"]
        assert (told["done_mb"], told["total_mb"]) == (3.0, round(model.size_bytes / 1e6, 1))
        again = await visit.post("/api/models", {"do": "verify", "id": "whisper-base.en"})
        assert (again.status_code, "wait for that" in again.json()["error"]) == (409, True)
        found = (await visit.post("/api/models/cancel", {})).json()
        assert (found["busy"], found["errand"]["state"]) == (False, "cancelled")


async def test_a_process_that_fails_says_why_and_one_that_is_not_there_too() -> None:
    failing = Errands((sys.executable, "-c", "import sys; print('x' * 9000); sys.exit('the disk is full')"))
    errand = await failing.start("models", "pull")
    await failing.ended()
    assert (errand.state, errand.lines[-1]) == (State.FAILED, "the disk is full")
    assert max(map(len, errand.lines)) <= 2_000
    nowhere = Errands(("/nowhere",))
    errand = await nowhere.start("x")
    await nowhere.ended()
    assert (errand.state, "/nowhere" in errand.lines[-1]) == (State.FAILED, True)


# ── setup ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(autouse=True)
def small_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_up, "measure", lambda folder: BOX)


async def test_setup_asks_what_the_command_line_asks_with_defaults() -> None:
    async with visiting() as visit:
        await visit.enter()
        found = (await visit.http.get("/api/setup")).json()
        asked = [each["key"] for each in found["questions"]]
        assert asked == [
            *("language", "country", "time_zone", "time_format", "units", "emergency_number"),
            *("wake_word", "rooms", "quiet_hours", "level", "voice", "home", "remember", "updates"),
        ]
        assert all(each["default"] for each in found["questions"] if each["key"] != "time_zone")
        bare = {each["key"]: each for each in found["questions"]}
        assert (bare["level"]["default"], bare["voice"]["default"]) == ("starter", "hearth")
        more = (await visit.http.get("/api/setup?level=listener&updates=yes")).json()["questions"]
        asked_more = {each["key"]: each["default"] for each in more}
        assert asked_more["voice"] == "lj"
        assert {"update_index", "update_key"} <= set(asked_more)
        german = (await visit.http.get("/api/setup?language=de")).json()["questions"]
        assert german[0]["default"] == "de"
        assert (await visit.http.get("/api/setup?language=xx")).status_code == 422


async def test_the_country_proposes_the_rest_on_the_page_too() -> None:
    async with visiting() as visit:
        await visit.enter()
        asked = (await visit.http.get("/api/setup?country=us")).json()["questions"]
        told = {each["key"]: each["default"] for each in asked}
        assert (told["country"], told["units"], told["time_format"]) == ("US", "us", "12")
        assert "emergency_number" not in told
        assert (await visit.http.get("/api/setup?country=Atlantis")).status_code == 409
        answers = {"country": "Germany", "rooms": "kitchen", "level": "starter", "remember": "no"}
        assert (await visit.post("/api/setup", {"answers": answers})).json() == {"told": "in force"}
        settings = visit.hall.settings()
        told_of = (settings.country, settings.units, settings.time_format, settings.time_zone)
        assert told_of == ("DE", "metric", "24", "Europe/Berlin")
        assert not settings.rooms["kitchen"].memory


async def test_a_home_assistant_without_its_token_is_not_taken() -> None:
    async with visiting() as visit:
        await visit.enter()
        answer = await visit.post("/api/setup", {"answers": {"home": "http://192.168.1.5:8123"}})
        assert answer.status_code == 422
        assert "token" in answer.json()["error"]
        assert visit.hall.text == "voice: hearth\n"


def kept(file: Path) -> tuple[str, int]:
    return file.read_text(), stat.S_IMODE(file.stat().st_mode)


async def test_answers_come_into_force_and_the_token_goes_to_a_file_of_its_own() -> None:
    async with visiting() as visit:
        await visit.enter()
        visit.hall.text = "# ours\nvoice: hearth\n"
        answers = {"rooms": "kitchen", "time_format": "24", "level": "starter", "quiet_hours": "none"}
        home = {"home": "http://192.168.1.5:8123"}
        body = {"answers": {**answers, **home}, "token": " abc.def \n"}
        assert (await visit.post("/api/setup", body)).json() == {"told": "in force"}
        settings = visit.hall.settings()
        assert (list(settings.rooms), settings.time_format) == (["kitchen"], "24")
        assert settings.home.home_assistant is not None
        assert kept(settings.home.home_assistant.token_file) == ("abc.def\n", 0o600)
        assert "abc" not in visit.hall.text
        assert visit.hall.text.startswith("# ours\n")
        again = (await visit.http.get("/api/setup")).json()["questions"]
        assert {each["key"]: each["default"] for each in again}["home"] == "http://192.168.1.5:8123"


async def test_what_must_be_fetched_comes_into_force_when_it_is_here() -> None:
    async with visiting() as visit:
        await visit.enter()
        told = (await visit.post("/api/setup", {"answers": {"level": "listener"}})).json()["told"]
        assert "MB first" in told
        assert visit.hall.settings().ears.wide is None
        await visit.page.errands.ended()
        errand = visit.page.errands.last
        assert errand is not None
        assert errand.words[:3] == ("models", "pull", "whisper-tiny.en")
        wide = visit.hall.settings().ears.wide
        assert wide is not None
        assert wide.model == "whisper-tiny.en"
        assert (await visit.http.get("/api/setup")).json()["told"] == "in force"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answers": []},
        {"answers": {"colour": "red"}},
        {"answers": {"language": "xx"}},
        {"answers": {"rooms": ["kitchen"]}},
        {"answers": {"quiet_hours": "late"}},
        {"answers": {"home": "ftp://x"}},
        {"answers": {"updates": "yes"}},
        {"answers": {"updates": "yes", "update_index": "https://example.org/index.json", "update_key": "1"}},
        {"answers": {}, "token": "x" * 5000},
    ],
)
async def test_a_wrong_answer_changes_nothing(body: object) -> None:
    async with visiting() as visit:
        await visit.enter()
        answer = await visit.post("/api/setup", body)
        assert answer.status_code in (409, 422), answer.text
        assert visit.hall.text == "voice: hearth\n"


WRITES = "import sys; a = sys.argv; open(a[a.index('-o') + 1], 'wb').write(b'RIFF')"


async def test_a_voice_is_heard_and_an_unknown_one_is_not() -> None:
    async with visiting(command=(sys.executable, "-c", WRITES)) as visit:
        await visit.enter()
        answer = await visit.http.get("/api/setup/voice?name=hearth")
        assert (answer.content, answer.headers["content-type"]) == (b"RIFF", "audio/wav")
        assert (await visit.http.get("/api/setup/voice?name=../x")).status_code == 422
    async with visiting() as visit:
        await visit.enter()
        assert (await visit.http.get("/api/setup/voice?name=hearth")).status_code == 409

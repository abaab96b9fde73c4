"""`assistant update`: is there a newer Hearth, fetch it, try it, put it in force, and back again."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from assistant import paths
from assistant.errors import AssistantError
from assistant.settings import find_settings
from assistant.upkeep import update_models
from assistant.upkeep.backup import Places
from assistant.upkeep.release import Index, Release, ReleaseError
from assistant.upkeep.release_place import Place
from assistant.upkeep.update_fetch import Web, fetched_index, prepare, prepared
from assistant.upkeep.update_files import Laid, lay, lay_index
from assistant.upkeep.update_offers import Offers
from assistant.upkeep.update_switch import Waiting, begun_anew, kept_safe, put_in_force, still, tried

Out = Callable[[str], None]
Ask = Callable[[str], str]
Verb = Literal["", "check", "fetch", "apply", "status", "rollback"]
YES: Final = ("", "y", "yes")
AT_ONCE: Final = Waiting()


@dataclass(frozen=True, slots=True)
class Updating:
    """What was asked for."""

    verb: Verb = ""
    """Empty: check, and ask whether to apply."""
    settings: Path | None = None
    yes: bool = False
    as_json: bool = False
    again: bool = False
    """Also a release that failed here before."""
    ready: bool = False
    """Only what was fetched before; the network is left alone."""
    files: Path | None = None
    """fetch: only lay the files there, for another account to build; apply: from what was laid there."""
    if_wanted: bool = False
    """Nothing, where the settings do not say that it keeps itself up to date."""
    waiting: Waiting = AT_ONCE


def update(asked: Updating, out: Out, ask: Ask) -> int:
    """Do it; 0 when it is done, or nothing was to do. AssistantError: what is in force stays in force."""
    return _Update(asked, out, ask).run()


class _Update:
    """One call."""

    def __init__(self, asked: Updating, out: Out, ask: Ask) -> None:
        self._asked = asked
        self._out = out
        self._ask = ask
        self._place = Place()
        self._offers = Offers(asked.settings, self._place, again=asked.again)

    def run(self) -> int:
        if self._asked.if_wanted and not self._offers.settings.update.automatic:
            self._say("updates by themselves are off (assistant setup asks); nothing was looked for")
            return 0
        if self._asked.verb == "status":
            return self._status()
        with self._place.alone():
            if (told := self._place.settle(paths.data_folder())) is not None:
                self._say(told)
            if self._asked.verb == "rollback":
                return self._rollback()
            if self._asked.files is not None and self._asked.verb == "apply":
                return self._take(Laid(self._asked.files))
            if self._asked.ready:
                return self._put_in_force(self._offers.lying_ready())
            return self._look()

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────

    def _look(self) -> int:
        content = fetched_index(self._offers.address())
        index, release = self._offers.believed(content)
        models = update_models.offered(self._offers.settings, index.models)
        if self._asked.files is not None and release is None:
            lay_index(content, self._asked.files)
        if self._asked.verb == "check":
            self._tell(index, release)
            return 0
        if release is None and not models:
            self._say(f"{self._offers.version()} is the newest Hearth; nothing was changed")
            return 0
        if not self._asked.yes and self._asked.verb != "fetch" and not self._agreed(index, release):
            self._say("nothing was changed")
            return 0
        if self._asked.files is not None and release is not None:
            lay(content, release, self._asked.files, self._offers.address(), self._say)
            self._say(f"the files of {release.version} lie in {self._asked.files}")
            return 0
        source = Web(self._offers.address())
        folder = None if release is None else prepare(release, self._place, source, self._say)
        if self._asked.verb == "fetch":
            self._say("nothing new" if release is None else f"{release.version} lies ready")
            return 0
        status = 0 if folder is None else self._put_in_force(folder)
        for each in models if status == 0 else ():
            update_models.take_over(self._offers.file(), each, self._say)
        return status

    def _take(self, laid: Laid) -> int:
        """Build and put in force what another account fetched, as far as it was signed."""
        content = laid.index()
        _, release = (None, None) if content is None else self._offers.believed(content)
        return self._put_in_force(None if release is None else prepare(release, self._place, laid, self._say))

    def _put_in_force(self, folder: Path | None) -> int:
        if folder is None:
            self._say("nothing lies ready; fetch first: assistant update fetch")
            return 0
        place = self._place
        still(self._asked.waiting, self._say)
        try:
            tried(folder, find_settings(self._asked.settings), self._say)
        except ReleaseError as error:
            place.memory.remember(f"{folder.name} failed its check", failed=folder.name)
            raise ReleaseError(f"{error}; {self._offers.version()} stays in force") from error
        kept_safe(Places.here(self._asked.settings), self._say)
        place.adopt(Path(sys.prefix))
        if not put_in_force(place, folder, self._asked.waiting, self._say):
            told = place.settle(paths.data_folder()) or f"{folder.name} did not start"
            raise ReleaseError(f"{told}; `assistant update --again` tries it once more")
        place.memory.remember(f"{folder.name} was put in force")
        gone = place.prune()
        if gone:
            self._say(f"taken away: {', '.join(gone)}")
        return 0

    def _rollback(self) -> int:
        place, new = self._place, self._place.in_force
        hub = still(self._asked.waiting, self._say)
        old = place.go_back()
        version = None if new is None else place.version_of(new)
        place.memory.remember(f"{new.name if new else '?'} was taken back by hand", failed=version)
        return 0 if begun_anew(place, old, hub, self._asked.waiting, self._say) else 1

    def _status(self) -> int:
        place = self._place
        kept = place.memory.kept
        shown = {
            "version": self._offers.version(),
            "release": str(place.in_force or sys.prefix),
            "previous": str(place.previous) if place.previous else None,
            "on_trial": place.on_trial is not None,
            "ready": folder.name if (folder := self._offers.lying_ready()) else None,
            "automatic": self._offers.settings.update.automatic,
            "index": self._offers.settings.update.index,
            **asdict(kept),
        }
        if self._asked.as_json:
            self._out(json.dumps(shown))
            return 0
        for key, value in shown.items():
            if value not in (None, "", (), 0):
                self._out(f"{key:10} {', '.join(value) if isinstance(value, tuple) else value}")
        return 0

    # ── telling and asking ───────────────────────────────────────────────────────────────────────

    def _agreed(self, index: Index, release: Release | None) -> bool:
        self._tell(index, release)
        return self._ask("Install it now? [Y/n] ").strip().casefold() in YES

    def _tell(self, index: Index, release: Release | None) -> None:
        models = update_models.offered(self._offers.settings, index.models)
        if self._asked.as_json:
            newer = None if release is None else release.model_dump(mode="json")
            ready = release is not None and prepared(release, self._place) is not None
            told = {"version": self._offers.version(), "newer": newer, "ready": ready}
            self._out(json.dumps(told | {"models": [each.model_dump(mode="json") for each in models]}))
            return
        if release is None:
            self._out(f"{self._offers.version()} is the newest Hearth")
        else:
            self._out(f"Hearth {release.version} is there; {self._offers.version()} is here")
            for line in release.notes.splitlines():
                self._out(f"  {line}")
        for each in models:
            size = each.model.size_bytes / 1e6
            self._out(f"{each.model.id} is there for {each.replaces}: {size:,.0f} MB, {each.model.licence}")

    def _say(self, line: str) -> None:
        self._out(json.dumps({"said": line}) if self._asked.as_json else line)


def refuse_without_a_person(asked: Updating) -> None:
    """A question needs somebody. AssistantError with the fix."""
    if asked.files is not None and asked.verb not in ("fetch", "apply"):
        raise AssistantError("--files goes with fetch or apply")
    asks = asked.verb in ("", "apply") and not asked.yes and not asked.ready
    if asks and not sys.stdin.isatty():
        raise AssistantError("nobody can be asked here; add --yes, or only look: assistant update check")

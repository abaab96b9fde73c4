"""What there is to know of updates: whether they come by themselves, and what became of the last."""

from assistant.settings import Settings
from assistant.upkeep.findings import Finding
from assistant.upkeep.release import ReleaseError
from assistant.upkeep.release_place import Place


def updates(settings: Settings) -> Finding:
    """Bad where the last release did not work here, or what is remembered cannot be read."""
    try:
        place = Place()
        kept, trial, in_force = place.memory.kept, place.on_trial, place.in_force
        version = None if in_force is None else place.version_of(in_force)
    except ReleaseError as error:
        return Finding("updates", False, str(error), f"rm {Place().folder / 'state.json'}")
    told = "once a week by themselves" if settings.update.automatic else "by hand (assistant update)"
    if settings.update.automatic and settings.update.index is None:
        fix = "name the address of a release index in the settings (update.index)"
        return Finding("updates", False, "wanted by themselves, but nobody said where releases lie", fix)
    if trial is not None:
        return Finding("updates", True, f"{told}; {trial.name} is on trial")
    happened = f"; {kept.at}: {kept.happened}" if kept.happened else ""
    lately_bad = bool(kept.failed) and kept.failed[-1] in kept.happened and kept.failed[-1] != version
    fix = "nothing has to be done, the older release runs; to try once more: assistant update --again"
    return Finding("updates", not lately_bad, f"{told}{happened}", fix if lately_bad else "")

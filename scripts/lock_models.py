"""Before a release: fill the gaps of the shipped models.yaml from the hub, and compare the rest with it.

Usage: lock_models.py [FILE]. Exit status 1 where the hub says anything else than the file.
"""

import sys
from pathlib import Path

from assistant.errors import AssistantError
from assistant.upkeep.fetch import client
from assistant.upkeep.model_hub import Hub, hub_address
from assistant.upkeep.model_lock import differences, lock
from assistant.upkeep.models_file import ModelsText

SHIPPED = Path(__file__).resolve().parent.parent / "models.yaml"


def main(arguments: list[str]) -> int:
    """0: the file is whole and the hub agrees."""
    file = Path(arguments[0]) if arguments else SHIPPED
    try:
        with client() as http:
            hub = Hub(http, hub_address())
            found = list(differences(ModelsText(file), hub))
            for line in found:
                print(line)
            if found:
                return 1
            lock(ModelsText(file), (), hub, print, None)
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

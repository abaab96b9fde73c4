"""Score the assistant on task suites in the format of home-assistant-datasets' `assist`.

    python scripts/score_assist.py DIR [--json] [--default-policy]

DIR holds folders with `_fixtures.yaml` and task files. The exit status is 0 when no sentence is wrong.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from assistant.skills.policy import Policy
from assistant.upkeep.score import TRUSTED, report, score, table


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the assistant on suites of tasks.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--default-policy", action="store_true", help="refuse what needs proof")
    given = parser.parse_args()
    asked = asyncio.run(score(given.folder, Policy() if given.default_policy else TRUSTED))
    if not asked:
        print(f"{given.folder} holds no suites: no _fixtures.yaml with tasks beside it.", file=sys.stderr)
        return 2
    print(json.dumps(report(asked), indent=2) if given.json else "\n".join(table(asked)))
    return 0 if all(one.right for one in asked) else 1


if __name__ == "__main__":
    sys.exit(main())

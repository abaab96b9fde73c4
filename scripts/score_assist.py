"""Score the assistant on task suites in the format of home-assistant-datasets' `assist`.

    python scripts/score_assist.py DIR [--llm NAME] [--json] [--default-policy]

DIR holds folders with `_fixtures.yaml` and task files. NAME is a language model for what the house commands
do not cover: an id in models.yaml, a GGUF's path, or a server as http://server:8080/v1#model.
The exit status is 0 when no sentence is wrong.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from assistant.errors import AssistantError
from assistant.skills.policy import Policy
from assistant.upkeep.score import TRUSTED, Asked, report, score, table
from assistant.upkeep.score_mind import opened_llm


async def ask(folder: Path, policy: Policy, name: str | None) -> list[Asked]:
    async with opened_llm(name) as llm:
        return await score(folder, policy, llm)


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the assistant on suites of tasks.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--default-policy", action="store_true", help="refuse what needs proof")
    parser.add_argument("--llm", metavar="NAME", help="a language model for the rest")
    given = parser.parse_args()
    try:
        asked = asyncio.run(ask(given.folder, Policy() if given.default_policy else TRUSTED, given.llm))
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 2
    if not asked:
        print(f"{given.folder} holds no suites: no _fixtures.yaml with tasks beside it.", file=sys.stderr)
        return 2
    print(json.dumps(report(asked), indent=2) if given.json else "\n".join(table(asked)))
    return 0 if all(one.right for one in asked) else 1


if __name__ == "__main__":
    sys.exit(main())

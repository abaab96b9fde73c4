"""One command of the command line: its help, its examples, its exit status."""

import argparse
from pathlib import Path
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name

STATUS = """\
exit status: 0 done; 1 it failed, the reason is on standard error; 2 wrong words; 130 stopped by Ctrl-C
"""


def verb_of(
    verbs: Verbs, name: str, told: str, *examples: str, settings: bool = True, more: str = ""
) -> argparse.ArgumentParser:
    """Add a command; `settings`: it reads the owner's, or the file named."""
    shown = "".join(f"  {example}\n" for example in examples)
    verb = verbs.add_parser(
        name,
        help=told,
        description=f"{told[0].upper()}{told[1:]}.{more}",
        epilog=f"examples:\n{shown}\n{STATUS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if settings:
        verb.add_argument(
            "--settings",
            type=Path,
            metavar="FILE",
            help="the settings file (default: $HEARTH_SETTINGS, ~/.config/hearth, /etc/hearth)",
        )
    return verb

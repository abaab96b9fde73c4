"""One command of the command line: its help, its examples, its exit status."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn, TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[WordsParser]"  # noqa: SLF001 - it has no public name

STATUS = """\
exit status: 0 done; 1 it failed, the reason is on standard error; 2 wrong words; 130 stopped by Ctrl-C
"""


class WordsParser(argparse.ArgumentParser):
    """Wrong words end with status 2, and with where the right ones stand."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}. `{self.prog} --help` tells what it takes.\n")


def verb_of(
    verbs: Verbs, name: str, told: str, *examples: str, settings: bool = True, more: str = ""
) -> WordsParser:
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

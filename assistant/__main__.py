"""`python -m assistant` and the console script."""

import sys

from assistant.cli import run


def main() -> None:
    """Run the command line; its return value is the exit status."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

"""`python -m assistant` and the console script."""

import gc
import signal
import sys

LOADED_OBJECTS = 50_000
"""New objects between two looks for garbage: loading makes a million that stay, and looking at them after
every 700 is a tenth of the start."""


def main() -> None:
    """Run the command line; its return value is the exit status."""
    gc.set_threshold(LOADED_OBJECTS, 20, 50)
    # A script may have started us with Ctrl-C ignored; it stops us all the same, and so does lost output.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        # Loading takes a second on a small box, in which Ctrl-C must not show where it was.
        from assistant.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()

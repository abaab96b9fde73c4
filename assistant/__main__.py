"""`python -m assistant` and the console script."""

import signal
import sys


def main() -> None:
    """Run the command line; its return value is the exit status."""
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

"""`chatops`, and `python -m chatops`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line. Ctrl-C while it is still being imported ends it in words, too."""
    try:
        from chatops.cli import STOPPED
        from chatops.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Nothing was recorded.\n")
        sys.exit(130)
    try:
        run()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()

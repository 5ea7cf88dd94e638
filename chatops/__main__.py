"""`chatops`, and `python -m chatops`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line. Ctrl-C while it is still being imported ends it in words, too."""
    try:
        from chatops import interrupts

        interrupts.listen()
        from chatops.cli import STOPPED
        from chatops.cli import main as run
    except (KeyboardInterrupt, RuntimeError) as error:
        # Before Python 3.12 a RuntimeError wraps what is raised while a class is made.
        if KeyboardInterrupt not in {type(error), type(error.__cause__)}:
            raise
        sys.stderr.write("\nStopped. Nothing was recorded.\n")
        sys.exit(130)
    try:
        run()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()

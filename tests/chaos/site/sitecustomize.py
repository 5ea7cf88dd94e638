"""Python imports this by itself where this folder is in PYTHONPATH: also in the drainers of a command."""

import os

if "CHAOS_FOLDER" in os.environ:
    from tests.chaos.points import install

    install()

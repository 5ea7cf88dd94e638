"""`python -m chatops`."""

from chatops.cli import main

main()

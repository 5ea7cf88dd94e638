"""The long run of the model: `python -m tests.chaos.model --examples 500 --seed 7`."""

import argparse
import logging
import random
import sys
from typing import Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from chatops.cli.output import say
from tests.chaos.machine import Machine

STEPS: Final = 50
#: How many examples `make test` plays, the same ones each time.
FEW: Final = 20


def profile(examples: int, steps: int = STEPS, *, shrink: bool = True, repeatable: bool = False) -> settings:
    """How a run goes; what it finds is made smaller, which takes up to five minutes, unless told not to."""
    phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if shrink else [])]
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=repeatable,
        database=None,
        deadline=None,
        phases=phases,
        print_blob=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--as-found", action="store_true", help="leave what fails as long as it is")
    given = parser.parse_args()
    run(given.seed, profile(given.examples, given.steps, shrink=not given.as_found))
    return 0


def run(start: int, how: settings) -> None:
    """Play it; AssertionError says which promise was not kept, and what led to it."""
    # What plugins warn of is what was done to them.
    logging.getLogger("chatops").addHandler(logging.NullHandler())
    say(f"model: seed {start}, {how.max_examples} examples of {how.stateful_step_count} steps")
    run_state_machine_as_test(seed(start)(Machine), settings=how)
    say("every promise was kept")


if __name__ == "__main__":
    sys.exit(main())

"""Whatever people, remotes, clocks and deaths do, the promises hold."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.ground import LONGEST
from tests.chaos.machine import Machine
from tests.chaos.model import FEW, profile

# A machine that is busy with other things takes several times as long.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3 * LONGEST)]


def test_the_promises_hold_whatever_happens() -> None:
    run_state_machine_as_test(Machine, settings=profile(FEW, repeatable=True))

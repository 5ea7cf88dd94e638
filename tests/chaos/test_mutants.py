"""Each mutant still has its place in the code: what it breaks was not moved away from under it."""

import pytest

from tests.chaos.broken import MUTANTS, Mutant
from tests.chaos.ground import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_what_it_breaks_is_there_once(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text("utf-8").count(mutant.old) == 1

"""How well incidents went: counts, times and promises kept, computed from incidents and events alone."""

from chatops.metrics.figures import Detection, Figures, Group, Times, Updates
from chatops.metrics.measure import BREAKDOWNS, Breakdown, Measured, measure
from chatops.metrics.repeats import Repeat

__all__ = [
    "BREAKDOWNS",
    "Breakdown",
    "Detection",
    "Figures",
    "Group",
    "Measured",
    "Repeat",
    "Times",
    "Updates",
    "measure",
]

"""Facts of shots, drawn from the evidence of all analyzers."""

from shotlog.analyzers.facts.facing import LEAST_TURN, find_facing
from shotlog.analyzers.facts.shot_facts import gather_facts

__all__ = ["LEAST_TURN", "find_facing", "gather_facts"]

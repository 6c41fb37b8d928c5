"""Facts of shots, drawn from the evidence of all analyzers."""

from shotlog.analyzers.facts.shot_facts import gather_facts

__all__ = ["gather_facts"]

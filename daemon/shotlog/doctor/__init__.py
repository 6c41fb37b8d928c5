"""Looks over everything that Shotlog needs on this machine, and says what to do where it lacks."""

from shotlog.doctor.check import Check
from shotlog.doctor.context import Context
from shotlog.doctor.daemon import health_of
from shotlog.doctor.result import Finding, State, Subject, Verdict, ok
from shotlog.doctor.runner import CHECKS, examine

__all__ = [
    "CHECKS",
    "Check",
    "Context",
    "Finding",
    "State",
    "Subject",
    "Verdict",
    "examine",
    "health_of",
    "ok",
]

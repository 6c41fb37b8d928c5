"""Looks over everything that Shotlog needs on this machine, and says what to do where it lacks."""

from shotlog.doctor.case import Case
from shotlog.doctor.check import Check
from shotlog.doctor.examination import CHECKS, examine
from shotlog.doctor.finding import Finding, State, Subject

__all__ = ["CHECKS", "Case", "Check", "Finding", "State", "Subject", "examine"]

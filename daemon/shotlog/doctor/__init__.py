"""Health checks of this machine and installation, each with a remedy for its problem."""

from shotlog.doctor.check import HealthCheck
from shotlog.doctor.context import Context
from shotlog.doctor.daemon import assess_health
from shotlog.doctor.result import CheckOutcome, CheckResult, CheckState, Subject, passed
from shotlog.doctor.runner import CHECKS, run_checks
from shotlog.doctor.sqlite_files import SqliteState

__all__ = [
    "CHECKS",
    "CheckOutcome",
    "CheckResult",
    "CheckState",
    "Context",
    "HealthCheck",
    "SqliteState",
    "Subject",
    "assess_health",
    "passed",
    "run_checks",
]

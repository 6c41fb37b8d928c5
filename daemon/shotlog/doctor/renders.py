"""Checks of renders: the FFmpeg that encodes finished files."""

from __future__ import annotations

from shotlog.doctor.check import health_check
from shotlog.doctor.context import Context
from shotlog.doctor.result import CheckOutcome, Subject, passed, warning
from shotlog.schema import FfmpegUnusable


@health_check(Subject.LIBRARIES, seconds=70)
def ffmpeg(context: Context) -> CheckOutcome:
    """There is an FFmpeg that can encode finished files and burn in subtitles."""
    from shotlog.delivery.encode import find_ffmpeg

    try:
        found = find_ffmpeg(environ=context.environ)
    except FfmpegUnusable as error:
        told = f"shotlog render cannot be used: {error.problem.subject}: {error.problem.message}"
        return warning(told, error.problem.hint)
    if found.passed_over:
        return warning(
            f"FFmpeg {found.version} at {found.path} renders; {'; '.join(found.passed_over)}",
            f"Nothing must be done; or update it. SHOTLOG_FFMPEG={found.path} names this one.",
        )
    return passed(f"FFmpeg {found.version} at {found.path}")


CHECKS = (ffmpeg,)

"""The report of a finished job, as one HTML page."""

from __future__ import annotations

from pathlib import Path

from shotlog.paths import cache_file
from shotlog.schema import Log, spell_commands

_NO_PICTURES = (
    "the report has no pictures: the daemon was started with another SHOTLOG_CACHE; run"
    " shotlog daemon restart"
)


def check_report(path: Path) -> None:
    """Check that the report can be written to a path, before it is made.

    Raises:
        OutputNotWritable: It cannot.
    """
    from shotlog_otio import check_output_file

    check_output_file(path, ".html", option='"path"')


def write_report(log: Log, path: Path) -> tuple[str, ...]:
    """Write the report of a log, and return warnings about it.

    Raises:
        OutputNotWritable: It cannot be written.
        DiskFull: There is no room for it.
        CacheError: The pictures cannot be read.
    """
    # The engine takes a second to import, and few callers ask for reports.
    from shotlog.engine import Cache, make_thumbnail_reader
    from shotlog.report import render_report
    from shotlog_otio import save

    with Cache(cache_file()) as cache:
        picture = make_thumbnail_reader(cache)
        seen = not log.shots or any(map(picture, log.shots))
        page = render_report(log, picture)
    save(path, page.encode())
    return () if seen else (spell_commands(_NO_PICTURES),)

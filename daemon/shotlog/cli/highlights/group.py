"""The group of commands about highlights; each is a module."""

from __future__ import annotations

import click

from shotlog.cli.highlights.calibrate import calibrate
from shotlog.cli.highlights.explain import explain
from shotlog.cli.highlights.find import find


@click.group()
def highlights() -> None:
    """Find the passages that can be shown alone, and explain any moment.

    A passage of a timeline or a film lasts a minute or two, begins at a cut or before a sentence,
    and ends after one. It is called viral where it grips at once and compelling where it holds;
    both are percentages within your own timeline. docs/highlights.md explains all of it.

    \b
    shotlog highlights find film.mp4 --preset social -o best.otio
    shotlog highlights find cut.otio --top 3 --json highlights.json
    shotlog highlights explain cut.otio 01:02:10:00
    shotlog highlights calibrate --from finished/*.otio --genre Drama
    shotlog highlights find --backend list
    """


highlights.add_command(find)
highlights.add_command(explain)
highlights.add_command(calibrate)

"""The group of commands that train models; each is a module."""

from __future__ import annotations

import click

from shotlog.cli.train.highlights import highlights


@click.group()
def train() -> None:
    """Train a model of highlights on your own finished timelines.

    \b
    shotlog train highlights --from finished/*.otio -o my_model
    shotlog highlights find film.mp4 --backend trained:folder=my_model
    """


train.add_command(highlights)

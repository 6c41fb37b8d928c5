"""The group of commands that train models; each is a module."""

from __future__ import annotations

import click

from shotlog.cli.train.highlights import highlights
from shotlog.cli.train.size_and_move import move, size


@click.group()
def train() -> None:
    """Train a model on your own material: of highlights, of shot sizes, of camera moves.

    \b
    shotlog train highlights --from finished/*.otio -o my_model
    shotlog highlights find film.mp4 --backend trained:folder=my_model
    shotlog train size --data movieshots DIR --base movieshots-scale -o mymodel/
    shotlog models add mymodel/
    """


train.add_command(highlights)
train.add_command(move)
train.add_command(size)

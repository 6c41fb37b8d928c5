"""The licence of a model: what it was learned from, and whose that is."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog._version import __version__
from shotlog.learning.films import LabelledFilm


def licence_of(films: Sequence[LabelledFilm], terms: str = "") -> str:
    """Return the text of ``LICENSE.txt``.

    Args:
        films: What the model was learned from.
        terms: Terms of a published data set among them.
    """
    names = "\n".join(f"- {film.name}" for film in films)
    return f"""A model of highlights, trained by Shotlog {__version__}.

It was learned from which parts of their sources these edits kept:

{names}

The model holds a weight for each feature and nothing of pictures or sound. The films and the edits
belong to their owners; no licence of them is stated. Whether the model may be passed on is for
whoever has the rights in them to say.
{terms}"""

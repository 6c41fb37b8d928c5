"""The licence of a model: what it was learned from, and whose that is."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog._version import __version__
from shotlog.highlights.trained import TrainedModel
from shotlog.learning.highlights.films import LabelledFilm
from shotlog.models.catalog import Registry


def licence_of(films: Sequence[LabelledFilm], model: TrainedModel, terms: str = "") -> str:
    """Return the text of ``LICENSE.txt``.

    Args:
        films: What the model was learned from.
        model: The model; those whose vectors it takes must be known on this machine.
        terms: Terms of a published data set among the films.
    """
    names = "\n".join(f"- {film.name}" for film in films)
    vectors = "".join(_licence_of_vectors(b.model) for b in model.described if b.model)
    return f"""A model of highlights, trained by Shotlog {__version__}.

It was learned from which parts of their sources these edits kept:

{names}

The model holds weights of features and nothing of pictures or sound. The films and the edits
belong to their owners; no licence of them is stated. Whether the model may be passed on is for
whoever has the rights in them to say.
{vectors}{terms}"""


def _licence_of_vectors(name: str) -> str:
    licence = Registry().card(name).licence
    base = f" It comes from {licence.base}: {licence.base_name}." if licence.base else ""
    return f"""
It takes the vectors of the model {name}, whose licence is: {licence.name}.{base}
{licence.note}
"""

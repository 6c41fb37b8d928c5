"""Extras of a render: music, names of speakers, title cards, and others by entry point.

An :class:`Extra` gets a film before it is rendered and returns it with what it adds.
"""

from shotlog.delivery.extras.adding import FilmToRender, extend_film, texts_later
from shotlog.delivery.extras.beats import Beats, find_beats
from shotlog.delivery.extras.cards import write_cards
from shotlog.delivery.extras.choice import (
    add_extras,
    choose_extra,
    describe_extras,
    load_extras,
    make_extra,
)
from shotlog.delivery.extras.contract import GROUP, ExtendedFilm, Extra
from shotlog.delivery.extras.listening import listen
from shotlog.delivery.extras.music import MusicExtra
from shotlog.delivery.extras.speaker_names import SpeakerNamesExtra, find_voices
from shotlog.delivery.extras.title import TitleExtra

__all__ = [
    "GROUP",
    "Beats",
    "ExtendedFilm",
    "Extra",
    "FilmToRender",
    "MusicExtra",
    "SpeakerNamesExtra",
    "TitleExtra",
    "add_extras",
    "choose_extra",
    "describe_extras",
    "extend_film",
    "find_beats",
    "find_voices",
    "listen",
    "load_extras",
    "make_extra",
    "texts_later",
    "write_cards",
]

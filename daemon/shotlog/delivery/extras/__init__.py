"""Extras of a render: music, names of speakers, title cards, and others by entry point.

An :class:`Extra` gets a film before it is rendered and returns it with what it adds.
"""

from shotlog.delivery.extras.adding import FilmToRender, add_extras, extend_film, texts_later
from shotlog.delivery.extras.beats import Beats, find_beats
from shotlog.delivery.extras.cards import write_cards
from shotlog.delivery.extras.contract import EXTRAS, ExtendedFilm, Extra
from shotlog.delivery.extras.listening import listen
from shotlog.delivery.extras.music import MusicExtra
from shotlog.delivery.extras.speaker_names import SpeakerNamesExtra, find_voices
from shotlog.delivery.extras.title import TitleExtra

__all__ = [
    "EXTRAS",
    "Beats",
    "ExtendedFilm",
    "Extra",
    "FilmToRender",
    "MusicExtra",
    "SpeakerNamesExtra",
    "TitleExtra",
    "add_extras",
    "extend_film",
    "find_beats",
    "find_voices",
    "listen",
    "texts_later",
    "write_cards",
]

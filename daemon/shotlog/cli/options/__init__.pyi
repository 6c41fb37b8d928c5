from .engines import check_cache, engine_options
from .lengths import FilmLength
from .models import asks_of, model_options, place_options
from .shared import (
    ANY_PATH,
    Idle,
    KeepAlive,
    cache_option,
    context_option,
    json_option,
    keep_alive_option,
    set_option,
)
from .timelines import rate_option, read_options_of, reading_options, sequence_option

__all__ = [
    "ANY_PATH",
    "FilmLength",
    "Idle",
    "KeepAlive",
    "asks_of",
    "cache_option",
    "check_cache",
    "context_option",
    "engine_options",
    "json_option",
    "keep_alive_option",
    "model_options",
    "place_options",
    "rate_option",
    "read_options_of",
    "reading_options",
    "sequence_option",
    "set_option",
]

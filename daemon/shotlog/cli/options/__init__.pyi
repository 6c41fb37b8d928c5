from .engines import check_cache, engine_options
from .lengths import FilmLength
from .models import all_tier_options, asks_of, model_options, place_options
from .remote import RemoteChoice, ask_provider_too, remote_options
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
    "RemoteChoice",
    "all_tier_options",
    "ask_provider_too",
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
    "remote_options",
    "sequence_option",
    "set_option",
]

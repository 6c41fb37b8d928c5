from .data import data_option, read_data
from .engines import check_cache, engine_options
from .exact import Aspect, ExactSeconds, PictureSize
from .lengths import FilmLength
from .models import (
    all_tier_options,
    asks_of,
    model_options,
    place_options,
    profile_options,
)
from .remote import (
    EXIT_FALLBACK,
    RemoteChoice,
    agree,
    ask_provider_too,
    provider_options,
    remote_options,
)
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
    "EXIT_FALLBACK",
    "Aspect",
    "ExactSeconds",
    "FilmLength",
    "Idle",
    "KeepAlive",
    "PictureSize",
    "RemoteChoice",
    "agree",
    "all_tier_options",
    "ask_provider_too",
    "asks_of",
    "cache_option",
    "check_cache",
    "context_option",
    "data_option",
    "engine_options",
    "json_option",
    "keep_alive_option",
    "model_options",
    "place_options",
    "profile_options",
    "provider_options",
    "rate_option",
    "read_data",
    "read_options_of",
    "reading_options",
    "remote_options",
    "sequence_option",
    "set_option",
]

"""Models that run elsewhere: at Replicate, on any Cog server, or behind a small contract of ours.

A provider is asked for 16 small pictures of a shot; its answer is evidence as any other.
"""

from shotlog.providers.added import AddedProvider, AddedProviders, ServedModel, make_provider
from shotlog.providers.analyzer import RemoteAnalyzer
from shotlog.providers.cog import CogProvider
from shotlog.providers.contract import (
    PROVIDERS,
    Note,
    Prediction,
    Provider,
    RequestMark,
    ServerProvider,
    SmallClip,
)
from shotlog.providers.forecast import ForecastMeasure
from shotlog.providers.http import HttpSession
from shotlog.providers.http_json import HttpJsonProvider
from shotlog.providers.limits import Budget
from shotlog.providers.making import (
    check_provider,
    consent_sentence,
    make_forecast_analyzers,
    make_remote_analyzers,
)
from shotlog.providers.measure import RemoteMeasure, small_clip
from shotlog.providers.prices import CostRange, PriceList, cost_of, estimate, price_of, read_prices
from shotlog.providers.replicate import ReplicateProvider
from shotlog.providers.scores import read_identity, read_scores, read_tasks
from shotlog.providers.sending import ClipSender
from shotlog.providers.sent_requests import BillLine, PaidAnswer, RemoteModel, SentRequests
from shotlog.providers.tasks import TASKS, AnswerForm
from shotlog.providers.tokens import keep_token, read_token, token_variable
from shotlog.providers.trial import Trial, make_pattern, try_provider

__all__ = [
    "PROVIDERS",
    "TASKS",
    "AddedProvider",
    "AddedProviders",
    "AnswerForm",
    "BillLine",
    "Budget",
    "ClipSender",
    "CogProvider",
    "CostRange",
    "ForecastMeasure",
    "HttpJsonProvider",
    "HttpSession",
    "Note",
    "PaidAnswer",
    "Prediction",
    "PriceList",
    "Provider",
    "RemoteAnalyzer",
    "RemoteMeasure",
    "RemoteModel",
    "ReplicateProvider",
    "RequestMark",
    "SentRequests",
    "ServedModel",
    "ServerProvider",
    "SmallClip",
    "Trial",
    "check_provider",
    "consent_sentence",
    "cost_of",
    "estimate",
    "keep_token",
    "make_forecast_analyzers",
    "make_pattern",
    "make_provider",
    "make_remote_analyzers",
    "price_of",
    "read_identity",
    "read_prices",
    "read_scores",
    "read_tasks",
    "read_token",
    "small_clip",
    "token_variable",
    "try_provider",
]

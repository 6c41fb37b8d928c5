"""Errors of models, on this machine and at remote providers."""

from __future__ import annotations

from shotlog.schema.errors import ShotlogError


class ModelError(ShotlogError):
    """A model cannot be used."""


class ModelMissing(ModelError):
    """Its weights are not on this machine."""

    message = "the weights of this model are not installed"
    hint = "Install them with: shotlog models pull NAME."


class ModelUnknown(ModelError):
    """No card bears this name."""

    message = "there is no model of this name"
    hint = "See: shotlog models list."


class ModelUnreadable(ModelError):
    """Damaged, of another layout than its card says, or unsafe to load."""

    message = "the weights cannot be used"
    hint = "Fetch them again with: shotlog models pull NAME."


class ModelNotPulled(ModelError):
    """The hub cannot be reached, or the licence was not accepted."""

    message = "the weights could not be fetched"
    hint = "Check the connection and run the command again; it resumes the download."


class DeviceUnusable(ModelError):
    """No such device, or it has not enough memory."""

    message = "this device cannot be used"
    hint = "Choose another with --device; auto takes the best there is."


class DeviceFull(DeviceUnusable):
    """Too little of its memory is free for a model; the model was not loaded."""

    message = "its memory has no room for this model"
    hint = "Close other programs that use it, or choose another with --device."


class DeviceLost(ModelError):
    """It failed during a computation; this process can no longer use it."""

    message = "the device failed during a computation"
    hint = "Run the same command again: what was measured is in the cache."


class ProviderError(ModelError):
    """A remote provider cannot be used at all, so no further clip is sent to it."""


class ProviderUnknown(ProviderError):
    """No provider bears this name."""

    message = "there is no provider of this name"
    hint = "See: shotlog remote list; or add one with: shotlog remote add."


class ProviderForbidden(ProviderError):
    """This machine is to send nothing, or nobody has agreed that pictures are sent."""

    message = "nothing may be sent to it"
    hint = "See docs/remote.md for what leaves the machine."


class ProviderRefused(ProviderError):
    """It answers no request: its token, its credit, its model or its form is not right."""

    message = "it refuses requests"
    hint = "Try it with: shotlog remote test NAME."


class ProviderUnreachable(ProviderError):
    """Nobody answers at its address."""

    message = "nobody answers at its address"
    hint = "Check the connection and the address with: shotlog remote test NAME."


class ProviderFailing(ProviderError):
    """Its server failed on every clip that it was sent."""

    message = "its server fails again and again"
    hint = "Try it later with: shotlog remote test NAME; or use another tier."


class RecordsUnusable(ProviderError):
    """The records of what was sent and paid cannot be read or written."""

    message = "the records of requests cannot be used"
    hint = "Nothing is sent without them. Check the file, or name a folder in SHOTLOG_PROVIDERS."


class RemoteError(ShotlogError):
    """A remote provider was of no use to a clip."""


class ClipUnanswered(RemoteError):
    """A provider could not answer for a clip."""

    message = "the provider gave no answer for this clip"
    hint = "Run the same command again: only what is missing is sent."


class ServerFailed(ClipUnanswered):
    """The same by a fault of the provider's server, whatever the clip is."""


class ClipNotSent(RemoteError):
    """A clip was held back: for its cost, for a server that fails, or as this was a trial."""

    message = "this clip was not sent"
    hint = "Run the same command again with a higher --max-cost: only what is missing is sent."

"""The providers that the user has added: one JSON file, without their tokens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from shotlog.files import replace_file
from shotlog.models.catalog import Task
from shotlog.paths import providers_folder
from shotlog.providers.contract import PROVIDERS, Provider
from shotlog.providers.sent_requests import RemoteModel
from shotlog.schema import Model, PluginError, ProviderRefused, ProviderUnknown

ProviderName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class ServedModel(Model):
    """A model of a provider, and what one answer of it tells.

    Attributes:
        tasks: The task that it is asked for, and others that the same answer tells.
        model: Name of the model, as it answers or as the user named it.
        version: Version of the model.
        seconds: Seconds of computation of the trial clip.
        start: Seconds that the trial clip took beyond them: the start of a machine that was off.
    """

    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    model: str
    version: str
    seconds: Annotated[float, Field(ge=0)]
    start: Annotated[float, Field(ge=0)]

    @property
    def identity(self) -> RemoteModel:
        """Identity of the model."""
        return RemoteModel(self.model, self.version)


class AddedProvider(Model):
    """A provider under the name that the user gave it.

    Attributes:
        name: The name.
        kind: Name of the plugin.
        parameters: Parameters of the plugin.
        models: Its models; no two of them have a task in common.
    """

    name: ProviderName
    kind: str
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    models: Annotated[tuple[ServedModel, ...], Field(min_length=1)]

    def model_for(self, task: Task) -> ServedModel:
        """Return the model that answers for a task.

        Raises:
            ProviderRefused: None does.
        """
        for each in self.models:
            if task in each.tasks:
                return each
        hint = f"Add it again with --task {task}."
        raise ProviderRefused(self.name, f"it was not added for the {task}", hint)

    @property
    def seconds(self) -> float:
        """Seconds of computation of the longest trial clip."""
        return max(each.seconds for each in self.models)

    @property
    def provider(self) -> Provider:
        """The plugin with its parameters.

        Raises:
            ProviderRefused: A parameter is wrong.
            PluginError: No plugin of this kind is installed.
        """
        return make_provider(self.kind, self.parameters)


def make_provider(kind: str, parameters: Mapping[str, Any]) -> Provider:
    """Return a provider of a kind.

    Raises:
        ProviderRefused: A parameter is unknown or wrong.
        PluginError: No plugin of this kind is installed.
    """
    installed = PROVIDERS.by_name
    if kind not in installed:
        hint = f"Choose one of: {', '.join(installed)}."
        raise PluginError(kind, "there is no such kind of provider", hint)
    try:
        made = type(installed[kind]).model_validate(parameters)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(map(str, fault["loc"]))
        raise ProviderRefused(kind, f"{name}: {fault['msg']}", "Change the option.") from error
    made.check()
    return made


class AddedProviders:
    """The file of the added providers.

    Args:
        file: The file; None takes that of this user.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or providers_folder() / "providers.json"

    def all(self) -> list[AddedProvider]:
        """Return all, by name.

        Raises:
            ProviderRefused: The file cannot be read.
        """
        try:
            text = self._file.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unreadable(str(error)) from error
        try:
            found = _ProviderFile.model_validate_json(text).providers
        except ValidationError as error:
            raise self._unreadable(error.errors(include_url=False)[0]["msg"]) from error
        return sorted(found, key=lambda each: each.name)

    def find(self, name: str) -> AddedProvider:
        """Return the provider of a name; of an empty one the only provider that there is.

        Raises:
            ProviderUnknown: There is none, or several and none is named.
        """
        there = self.all()
        if not name and len(there) == 1:
            return there[0]
        if not name:
            message = "several were added, and none is named" if there else "none was added"
            hint = f"Choose with --provider: {', '.join(each.name for each in there)}."
            raise ProviderUnknown(
                "remote", message, hint if there else "Add one with: shotlog remote add."
            )
        for each in there:
            if each.name == name:
                return each
        raise ProviderUnknown(name)

    def put(self, added: AddedProvider) -> None:
        """Add a provider, or replace the one of its name.

        Raises:
            OSError: The file cannot be written.
        """
        self._write([each for each in self.all() if each.name != added.name] + [added])

    def remove(self, name: str) -> None:
        """Remove a provider.

        Raises:
            ProviderUnknown: There is none of this name.
            OSError: The file cannot be written.
        """
        self.find(name)
        self._write([each for each in self.all() if each.name != name])

    def _write(self, providers: list[AddedProvider]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        text = _ProviderFile(providers=tuple(providers)).model_dump_json(indent=2)
        replace_file(self._file, text.encode())

    def _unreadable(self, reason: str) -> ProviderRefused:
        hint = "Correct it, or delete it and add the providers again."
        return ProviderRefused(str(self._file), f"the file cannot be read ({reason})", hint)


class _ProviderFile(Model):
    version: int = 1
    providers: tuple[AddedProvider, ...] = ()

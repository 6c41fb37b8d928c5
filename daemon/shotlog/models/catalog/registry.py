"""Which models there are, and which are on this machine.

A shipped card is a file in ``models/cards``; a card of the user's own lies beside its weights.
Ranks of the shipped cards follow the figures that their publishers report. For shot size the
specialist (88.93 %) stands before the multitask model (88.32 %); for movement the multitask model
(macro F1 80.8 %) stands before the specialist (79.37 %). The Kandinsky models answer other
questions and compete with none. A model that a user adds speaks before all of them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from shotlog.models.catalog import manifest as manifests
from shotlog.models.catalog.card import Card
from shotlog.models.catalog.manifest import Kept, Manifest
from shotlog.paths import MODELS_VARIABLE, check_access, models_folder
from shotlog.schema import (
    HomeMissing,
    ModelError,
    ModelMissing,
    ModelUnknown,
    ModelUnreadable,
    OutputNotWritable,
    Problem,
)

CARD = "card.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Installed:
    """A model whose weights are on this machine.

    Attributes:
        card: Its card; ``files`` are the names that it really has here.
        folder: Where they lie.
        fingerprint: SHA-256 of the weights' file, in hex.
        bytes: Size of all its files.
    """

    card: Card
    folder: Path
    fingerprint: str
    bytes: int


class Registry:
    """The shipped cards and the user's, and the folder that holds their weights.

    Args:
        root: That folder; None takes ``$SHOTLOG_MODELS``, or the user's own data folder. It need
            not exist.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    @cached_property
    def root(self) -> Path:
        """The folder.

        Raises:
            HomeMissing: There is no place for it.
        """
        return self._root.absolute() if self._root else models_folder()

    def cards(self) -> list[Card]:
        """Every card that can be read, the one that speaks first at the front."""
        own = [card for card, _ in self._own_cards() if card is not None]
        return sorted([*shipped_cards(), *own], key=lambda card: (card.rank, card.name))

    def card(self, name: str) -> Card:
        """One card.

        Raises:
            ModelUnknown: no card bears this name.
            ModelUnreadable: the user's card of this name is damaged.
        """
        shipped = next((card for card in shipped_cards() if card.name == name), None)
        if shipped is not None:
            return shipped
        if not _NAME.fullmatch(name) or not (self.home(name) / CARD).is_file():
            raise ModelUnknown(name)
        return _read_card(self.home(name) / CARD)

    def home(self, name: str) -> Path:
        """The folder that is ours for a model: its manifest, and its files where not linked."""
        return self.root / name

    def folder(self, name: str) -> Path:
        """Where the weights of a model lie, or would lie.

        Raises:
            ModelUnknown: no card bears this name.
            ModelUnreadable: its card or manifest is damaged.
        """
        noted = self.manifest(self.card(name).name)
        return Path(noted.linked) if noted is not None and noted.linked else self.home(name)

    def manifest(self, name: str) -> Manifest | None:
        """What was noted of a model's files; None where it is not installed.

        Raises:
            ModelUnreadable: the manifest is damaged.
        """
        return manifests.read(self.home(name), name)

    def find(self, name: str) -> Installed:
        """A model that is here. Its files are read only where their size or time has changed.

        Raises:
            ModelUnknown: no card bears this name.
            ModelMissing: its weights are not here.
            ModelUnreadable: files of it are gone, or its card or manifest is damaged.
        """
        card = self.card(name)
        now = self.files(name)
        return Installed(
            card=card.model_copy(update={"files": now.names}),
            folder=Path(now.linked) if now.linked else self.home(name),
            fingerprint=now.fingerprint,
            bytes=now.size,
        )

    def files(self, name: str, *, read: bool = False) -> Manifest:
        """The files of a model as they are now; what has changed is noted in the manifest.

        Args:
            name: Of the model.
            read: Reads every file anew, whatever its size and time say.

        Raises:
            ModelMissing: its weights are not here.
            ModelUnreadable: files of it are gone, or its manifest is damaged.
        """
        noted = self.manifest(name)
        if noted is None:
            raise ModelMissing(name, hint=f"Get them with: shotlog models pull {name}.")
        try:
            folder = Path(noted.linked) if noted.linked else self.home(name)
            now = manifests.refreshed(noted, folder, read=read)
        except OSError as error:
            raise ModelUnreadable(
                name,
                f"{error.filename} is gone or cannot be read",
                f"Remove the model with: shotlog models remove {name}; then get it again.",
            ) from error
        if now is not noted:
            with suppress(OutputNotWritable):  # a shared folder may be read-only
                manifests.write(self.home(name) / manifests.NAME, now)
        return now

    def installed(self) -> list[Installed]:
        """Every model that is here and whole, the one that speaks first at the front.

        One whose files are gone is left out; :meth:`problems` tells of it.
        """
        here: list[Installed] = []
        if self._place is None:
            return here
        for card in self.cards():
            with suppress(ModelError):
                here.append(self.find(card.name))
        return here

    def problems(self) -> list[Problem]:
        """What is wrong with cards and models in the folder."""
        if self._place is None:
            return []
        if barred := check_access(self._place, MODELS_VARIABLE, writing=False):
            return [ModelUnreadable(str(self._place), barred.words, barred.remedy).problem]
        found = [error.problem for _, error in self._own_cards() if error is not None]
        for card in self.cards():
            try:
                self.find(card.name)
            except ModelMissing:
                continue
            except ModelError as error:
                found.append(error.problem)
        return found + [self._unfinished(home) for home in self._homes() if _is_unfinished(home)]

    def _homes(self) -> list[Path]:
        return sorted(path for path in self._found("*") if path.is_dir())

    def _found(self, pattern: str) -> Iterator[Path]:
        """What lies in the folder; nothing where it cannot be looked into, as problems() says."""
        if self._place is None or check_access(self._place, MODELS_VARIABLE, writing=False):
            return iter(())
        return self._place.glob(pattern)

    @cached_property
    def _place(self) -> Path | None:
        """The folder; None where there is no place for one, so that no model is here."""
        try:
            return self.root
        except HomeMissing:
            return None

    def _unfinished(self, home: Path) -> Problem:
        error = ModelMissing(
            home.name,
            f"it is not here as a whole: {_size_of(home) / 1e6:.0f} MB of it lie in {home}",
            f"Run the command that was fetching it again, or: shotlog models remove {home.name}.",
        )
        return error.problem

    def install(
        self,
        card: Card,
        kept: Sequence[Kept],
        *,
        source: str,
        revision: str | None = None,
        linked: Path | None = None,
    ) -> Installed:
        """Notes that the files of a model are here: the last step of every way to get one.

        Args:
            card: Its card; written beside the weights where it is not a shipped one.
            kept: Its files, config first, weights last.
            source: Where they came from, for people.
            revision: The commit of the hub that they are.
            linked: The user's own folder, where they stay in it.

        Raises:
            OutputNotWritable: the folder cannot be written.
        """
        if not is_shipped(card.name):
            self.write_card(card)
        place = None if linked is None else str(linked)
        noted = Manifest(files=tuple(kept), source=source, revision=revision, linked=place)
        manifests.write(self.home(card.name) / manifests.NAME, noted)
        return self.find(card.name)

    def write_card(self, card: Card) -> None:
        """Keeps a card of the user's own.

        Raises:
            ModelError: its name cannot be used.
            OutputNotWritable: the folder cannot be written.
        """
        check_name(card.name)
        manifests.write(self.home(card.name) / CARD, card)

    def remove(self, name: str) -> int:
        """Removes our copies of a model's files, and the card if it is the user's own.

        Files of a linked folder stay where they are.

        Returns:
            How many bytes were freed.

        Raises:
            ModelUnknown: no card bears this name, and nothing of it lies in the folder.
            OutputNotWritable: something could not be removed.
        """
        home = self.home(name)
        if not _NAME.fullmatch(name) or not home.is_dir():
            raise ModelMissing(self.card(name).name, hint="There is nothing to remove.")
        freed = _size_of(home)
        try:
            (home / manifests.NAME).unlink(missing_ok=True)  # first: half a model is none
            shutil.rmtree(home)
        except OSError as error:
            raise OutputNotWritable(
                str(error.filename or home), f"cannot be removed: {error.strerror}",
                "Change the permissions and run the command again.",
            ) from error  # fmt: skip
        return freed

    def _own_cards(self) -> Iterator[tuple[Card | None, ModelUnreadable | None]]:
        for path in sorted(self._found(f"*/{CARD}")):
            try:
                yield _read_card(path), None
            except ModelUnreadable as error:
                yield None, error


def _size_of(home: Path) -> int:
    return sum(path.stat().st_size for path in home.iterdir() if path.is_file())


def _is_unfinished(home: Path) -> bool:
    files = {path.name for path in home.iterdir()} - {".lock", CARD}
    return bool(files) and manifests.NAME not in files


def is_shipped(name: str) -> bool:
    """Whether a card of this name comes with Shotlog."""
    return any(card.name == name for card in shipped_cards())


def check_name(name: str) -> None:
    """Refuses a name that could not be a folder everywhere, or that is taken by a shipped card.

    Raises:
        ModelError: with what is wrong about it.
    """
    if not _NAME.fullmatch(name):
        raise ModelError(
            name, "a model cannot have this name",
            "Use up to 64 lower-case letters, digits, dots, dashes and underscores.",
        )  # fmt: skip
    if is_shipped(name):
        raise ModelError(name, "a card of this name comes with Shotlog", "Choose another name.")


@cache
def shipped_cards() -> tuple[Card, ...]:
    """The cards that come with Shotlog."""
    folder = files("shotlog.models") / "cards"
    return tuple(
        Card.model_validate_json(entry.read_bytes())
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".json")
    )


def _read_card(path: Path) -> Card:
    """A card of the user's own.

    Raises:
        ModelUnreadable: it is no card, or bears another name than its folder.
    """
    name = path.parent.name
    try:
        card = Card.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise ModelUnreadable(
            str(path), f"this is no card: {first}",
            f"Correct the file, or remove it with: shotlog models remove {name}.",
        ) from error  # fmt: skip
    if card.name != name or is_shipped(name):
        raise ModelUnreadable(
            str(path), f"the card names itself {card.name!r}",
            "Give it the name of its folder, and one that no shipped card has.",
        )  # fmt: skip
    return card

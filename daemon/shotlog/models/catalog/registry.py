"""Registry of the known models and of those installed on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shotlog.models.catalog.card import Card
from shotlog.models.catalog.card_files import (
    CARD_FILE,
    NAME,
    check_name,
    is_shipped,
    read_card_file,
    shipped_cards,
)
from shotlog.models.catalog.manifest import (
    MANIFEST_FILE,
    FileRecord,
    Manifest,
    read_manifest,
    refresh_manifest,
    write_json,
)
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


@dataclass(frozen=True)
class InstalledModel:
    """A model whose weights are on this machine.

    Attributes:
        card: Its card, with ``files`` as they are named here.
        folder: Folder of the files.
        fingerprint: SHA-256 of the weights file, in hex.
        bytes: Total size of the files.
    """

    card: Card
    folder: Path
    fingerprint: str
    bytes: int

    @property
    def short_fingerprint(self) -> str:
        """The first twelve digits of the fingerprint, for findings and for people."""
        return self.fingerprint[:12]


class Registry:
    """Shipped and user cards, and the folder that holds the weights.

    Args:
        root: The folder; None takes ``$SHOTLOG_MODELS``, or the user's data folder. It need not
            exist.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    @cached_property
    def root(self) -> Path:
        """The folder of all models.

        Raises:
            HomeMissing: No folder can be derived from the environment.
        """
        return self._root.absolute() if self._root else models_folder()

    def cards(self) -> list[Card]:
        """Return every readable card, ordered by rank."""
        own = [card for card, _ in self._own_cards() if card is not None]
        return sorted([*shipped_cards(), *own], key=lambda card: (card.rank, card.name))

    def card(self, name: str) -> Card:
        """Return the card of a name.

        Raises:
            ModelUnknown: No card has this name.
            ModelUnreadable: The user's card of this name is damaged.
        """
        shipped = next((card for card in shipped_cards() if card.name == name), None)
        # Shipped cards take precedence, so that a file in the folder cannot replace their licence.
        if shipped is not None:
            return shipped
        if not NAME.fullmatch(name) or not (self.own_folder(name) / CARD_FILE).is_file():
            raise ModelUnknown(name)
        return read_card_file(self.own_folder(name) / CARD_FILE)

    def own_folder(self, name: str) -> Path:
        """Return Shotlog's folder for a model: the manifest, and the files unless linked."""
        return self.root / name

    def manifest(self, name: str) -> Manifest | None:
        """Return the recorded manifest of a model; None where it is not installed.

        Raises:
            ModelUnreadable: The manifest is damaged.
        """
        return read_manifest(self.own_folder(name), name)

    def find(self, name: str) -> InstalledModel:
        """Return an installed model. Files are hashed only where their size or time has changed.

        Raises:
            ModelUnknown: No card has this name.
            ModelMissing: The weights are not installed.
            ModelUnreadable: Files are missing, or the card or manifest is damaged.
        """
        card = self.card(name)
        now = self.files(name)
        return InstalledModel(
            card=card.model_copy(update={"files": now.names}),
            folder=Path(now.linked) if now.linked else self.own_folder(name),
            fingerprint=now.fingerprint,
            bytes=now.size,
        )

    def files(self, name: str, *, read: bool = False) -> Manifest:
        """Return the manifest of a model's files as they are now, and record any change in it.

        Args:
            name: Name of the model.
            read: Hash every file again, even if its size and time are unchanged.

        Raises:
            ModelMissing: The weights are not installed.
            ModelUnreadable: Files are missing, or the manifest is damaged.
        """
        manifest = self.manifest(name)
        if manifest is None:
            raise ModelMissing(name, hint=f"Get them with: shotlog models pull {name}.")
        try:
            folder = Path(manifest.linked) if manifest.linked else self.own_folder(name)
            now = refresh_manifest(manifest, folder, read=read)
        except OSError as error:
            raise ModelUnreadable(
                name,
                f"{error.filename} is gone or cannot be read",
                f"Remove the model with: shotlog models remove {name}; then get it again.",
            ) from error
        if now is not manifest:
            with suppress(
                OutputNotWritable
            ):  # a shared folder may be read-only: hash again next time
                write_json(self.own_folder(name) / MANIFEST_FILE, now)
        return now

    def installed(self) -> list[InstalledModel]:
        """Return every complete model on this machine, ordered by rank.

        A model with missing files is left out; :meth:`problems` reports it.
        """
        # Without a home folder there are no models, which is no error by itself.
        models: list[InstalledModel] = []
        if self._usable_root is None:
            return models
        for card in self.cards():
            with suppress(ModelError):
                models.append(self.find(card.name))
        return models

    def problems(self) -> list[Problem]:
        """Return the problems of cards and models in the folder."""
        if self._usable_root is None:
            return []
        if barred := check_access(self._usable_root, MODELS_VARIABLE, writing=False):
            return [ModelUnreadable(str(self._usable_root), barred.words, barred.remedy).problem]
        problems = [error.problem for _, error in self._own_cards() if error is not None]
        for card in self.cards():
            try:
                self.find(card.name)
            # Not installed is no problem.
            except ModelMissing:
                continue
            except ModelError as error:
                problems.append(error.problem)
        return problems + [
            self._unfinished(folder) for folder in self._model_folders() if _is_unfinished(folder)
        ]

    def _model_folders(self) -> list[Path]:
        return sorted(path for path in self._glob("*") if path.is_dir())

    def _glob(self, pattern: str) -> Iterator[Path]:
        """Return matching paths in the folder; none if it is unreadable, as problems() reports."""
        if self._usable_root is None or check_access(
            self._usable_root, MODELS_VARIABLE, writing=False
        ):
            return iter(())
        return self._usable_root.glob(pattern)

    @cached_property
    def _usable_root(self) -> Path | None:
        """The folder; None where no folder can be derived, so that no model is installed."""
        try:
            return self.root
        except HomeMissing:
            return None

    def _unfinished(self, folder: Path) -> Problem:
        error = ModelMissing(
            folder.name,
            f"it is not here as a whole: {_size_of(folder) / 1e6:.0f} MB of it lie in {folder}",
            f"Run the command that was fetching it again, or: shotlog models remove {folder.name}.",
        )
        return error.problem

    def install(
        self,
        card: Card,
        kept: Sequence[FileRecord],
        *,
        source: str,
        revision: str | None = None,
        linked: Path | None = None,
    ) -> InstalledModel:
        """Record that the files of a model are complete: the last step of every installation.

        Args:
            card: Card of the model; written beside the weights unless it is shipped.
            kept: Records of the files, config first, weights last.
            source: Origin of the files, for people.
            revision: Commit on the hub.
            linked: Folder of the user, where the files stay in it.

        Raises:
            OutputNotWritable: The folder cannot be written.
        """
        if not is_shipped(card.name):
            self.write_card(card)
        place = None if linked is None else str(linked)
        manifest = Manifest(files=tuple(kept), source=source, revision=revision, linked=place)
        write_json(self.own_folder(card.name) / MANIFEST_FILE, manifest)
        return self.find(card.name)

    def write_card(self, card: Card) -> None:
        """Store a card of the user.

        Raises:
            ModelError: The name cannot be used.
            OutputNotWritable: The folder cannot be written.
        """
        check_name(card.name)
        write_json(self.own_folder(card.name) / CARD_FILE, card)

    def remove(self, name: str) -> int:
        """Remove Shotlog's copies of a model's files, and the card if it is the user's.

        Files in a linked folder are not removed.

        Returns:
            Number of bytes freed.

        Raises:
            ModelUnknown: No card has this name, and the folder holds nothing of it.
            OutputNotWritable: A file could not be removed.
        """
        folder = self.own_folder(name)
        if not NAME.fullmatch(name) or not folder.is_dir():
            raise ModelMissing(self.card(name).name, hint="There is nothing to remove.")
        freed = _size_of(folder)
        try:
            (folder / MANIFEST_FILE).unlink(
                missing_ok=True
            )  # first, so that an interrupted removal leaves no model
            shutil.rmtree(folder)
        except OSError as error:
            raise OutputNotWritable(
                str(error.filename or folder), f"cannot be removed: {error.strerror}",
                "Change the permissions and run the command again.",
            ) from error  # fmt: skip
        return freed

    def _own_cards(self) -> Iterator[tuple[Card | None, ModelUnreadable | None]]:
        for path in sorted(self._glob(f"*/{CARD_FILE}")):
            try:
                yield read_card_file(path), None
            except ModelUnreadable as error:
                yield None, error


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _is_unfinished(folder: Path) -> bool:
    # The lock of a download and a user's card may remain without weights.
    files = {path.name for path in folder.iterdir()} - {".lock", CARD_FILE}
    return bool(files) and MANIFEST_FILE not in files

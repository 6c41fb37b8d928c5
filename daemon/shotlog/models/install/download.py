"""Download of a model from the Hugging Face hub, only on request.

A model appears in the registry only when all its files are complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from shotlog.models.catalog import Card, InstalledModel, Registry
from shotlog.models.install.content import check_outline
from shotlog.models.install.hub_errors import translate_hub_errors
from shotlog.models.install.transfer import CompleteCard, Download, FileProgress, no_progress
from shotlog.schema import ModelError, ModelNotPulled, Stopped

if TYPE_CHECKING:
    pass


def find_intact(
    registry: Registry, card: Card, revision: str | None = None
) -> InstalledModel | None:
    """Return the installed model; None unless every file is unchanged since it was downloaded.

    Where a revision is given, it must be the commit that is installed.
    """
    try:
        files = registry.files(card.name)
        if revision not in (None, files.revision):
            return None
        intact = all(file.sha256 == file.origin for file in files.files)
        return registry.find(card.name) if intact or files.linked else None
    except ModelError:
        return None


def pull(
    registry: Registry,
    card: Card,
    *,
    agree: Callable[[Card], bool],
    endpoint: str | None = None,
    revision: str | None = None,
    progress: FileProgress = no_progress,
    complete: CompleteCard = check_outline,
) -> InstalledModel:
    """Download a model.

    Args:
        registry: Registry that receives the model.
        card: Model to download.
        agree: Shows the licence and asks; called once, before any request is sent.
        endpoint: URL of the hub or a mirror; None takes ``HF_ENDPOINT``, or the hub itself.
        revision: Branch, tag or commit; None takes the card's, or the newest.
        progress: Opens the display of each file.
        complete: Checks the files before the model appears.

    Returns:
        The installed model. One that is already complete is not downloaded again.

    Raises:
        ModelNotPulled: The licence was declined, this machine is set to be offline, or the hub
            cannot be reached, refuses, or sends something else than it announced.
        ModelUnreadable: The files are not the model of the card.
        OutputNotWritable: The folder cannot be written.
        DiskFull: The disk is full.
        Stopped: Ctrl-C. The received bytes are kept, and the next run resumes.
    """
    if (installed := find_intact(registry, card, revision)) is not None:
        return installed
    if card.repo is None:
        raise ModelNotPulled(
            card.name, "it came from a folder of your own, not from the hub",
            f"Remove it with: shotlog models remove {card.name}; then add the folder again.",
        )  # fmt: skip
    # Before the licence is shown: the answer would be in vain.
    _refuse_offline(card)
    if not agree(card):
        raise ModelNotPulled(
            card.name,
            "its licence was not accepted; nothing was downloaded",
            "Run the command again and answer yes, or give --yes.",
        )
    try:
        with translate_hub_errors(card, endpoint), _locked(registry.own_folder(card.name)):
            download = Download(registry, card, endpoint, revision or card.revision, progress)
            return download.run(complete)
    except KeyboardInterrupt as error:
        raise Stopped(
            card.name, hint="Run the same command again: what was received is kept."
        ) from error


def _refuse_offline(card: Card) -> None:
    from huggingface_hub import is_offline_mode

    if is_offline_mode():
        raise ModelNotPulled(
            card.name,
            "HF_HUB_OFFLINE is set, so nothing is downloaded",
            "Unset it; or copy the files here by other means and run: "
            f"shotlog models add FOLDER --name {card.name}.",
        )


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Prevent a second run from writing to the same drafts.

    Raises:
        ModelNotPulled: Another run holds the lock.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Users of one group may share the folder. Where the file system has no locks, the file itself
    # is the lock (filelock 3.25 and newer).
    lock = FileLock(folder / ".lock", timeout=0.2, mode=0o664)
    try:
        lock.acquire()
    except Timeout as error:
        raise ModelNotPulled(
            folder.name, "another run is downloading it", "Wait until it ends."
        ) from error
    try:
        yield
    finally:
        lock.release()

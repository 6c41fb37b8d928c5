"""Fetches the files of a model from the Hugging Face hub, when it is told to and never otherwise.

The hub's own library resolves, authorises and transfers; what is added here is that a transfer goes
on where an earlier run stopped (the library starts anew since it gives every run a draft of its
own), that every file is checked against the SHA-256 that the hub announces, and that a model
appears only when all of it is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from filelock import FileLock, Timeout

from shotlog.models.catalog import Card, Installed, Kept, Registry, keep, sha256_of
from shotlog.models.catalog import manifest as manifests
from shotlog.models.install.hub_errors import hub_errors
from shotlog.schema import ModelError, ModelNotPulled, Stopped

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

PREPROCESSOR = "preprocessor_config.json"
PICKLED = "pytorch_model.bin"
"""Where there is no safetensors file: read later by ``torch.load(weights_only=True)`` alone."""

Advance = Callable[[int], None]
Progress = Callable[[str, int, int | None], AbstractContextManager[Advance]]
"""Shows one file: its name, the bytes that are here already, and all of them where known."""

Complete = Callable[[Card, Path], Card]
"""Gives the card its last touch from the files that came, or refuses them (ModelUnreadable)."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def silent(name: str, here: int, total: int | None) -> AbstractContextManager[Advance]:
    """Shows nothing."""
    return nullcontext(lambda amount: None)


def _fits(card: Card, folder: Path) -> Card:
    from shotlog.models.videomae import read_outline

    read_outline(folder, card)
    return card


def whole(registry: Registry, card: Card, revision: str | None = None) -> Installed | None:
    """The model as it lies here, None unless every file is as it was when it came.

    A revision that was asked for must be the commit that is here.
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
    progress: Progress = silent,
    complete: Complete = _fits,
) -> Installed:
    """Fetches a model.

    Args:
        registry: Where it goes.
        card: Which.
        agree: Shows the licence and asks; called once, before anything is sent.
        endpoint: Of the hub or a mirror; None takes ``HF_ENDPOINT``, or the hub itself.
        revision: Branch, tag or commit; None takes the card's, or the newest.
        progress: Shows each file as it comes.
        complete: Looks at the files before the model appears.

    Returns:
        The model as it is now here. One that was here and whole is not fetched again.

    Raises:
        ModelNotPulled: the licence was declined, this machine is set to be offline, or the hub
            cannot be reached, refuses, or sends something else than it announced.
        ModelUnreadable: what came is not the model of the card.
        OutputNotWritable: the folder cannot be written.
        DiskFull: no room.
        Stopped: Ctrl-C. What has come is kept, and the next run goes on from there.
    """
    if (here := whole(registry, card, revision)) is not None:
        return here
    if card.repo is None:
        raise ModelNotPulled(
            card.name, "it came from a folder of your own, not from the hub",
            f"Remove it with: shotlog models remove {card.name}; then add the folder again.",
        )  # fmt: skip
    _refuse_offline(card)
    if not agree(card):
        raise ModelNotPulled(
            card.name,
            "its licence was not accepted; nothing was fetched",
            "Run the command again and answer yes, or give --yes.",
        )
    try:
        with hub_errors(card, endpoint), _alone(registry.home(card.name)):
            fetching = _Fetching(registry, card, endpoint, revision or card.revision, progress)
            return fetching.run(complete)
    except KeyboardInterrupt as error:
        raise Stopped(
            card.name, hint="Run the same command again: what has come is kept."
        ) from error


def _refuse_offline(card: Card) -> None:
    from huggingface_hub import is_offline_mode

    if is_offline_mode():
        raise ModelNotPulled(
            card.name,
            "HF_HUB_OFFLINE is set, so nothing is fetched",
            "Unset it; or copy the files here by other means and run: "
            f"shotlog models add FOLDER --name {card.name}.",
        )


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Keep a second run from writing to the same drafts while the block runs.

    Raises:
        ModelNotPulled: Another run is in such a block.
    """
    home.mkdir(parents=True, exist_ok=True)
    # Users of one group may share the folder. Where the file system has no locks, the file itself
    # is the lock (filelock 3.25 and newer).
    lock = FileLock(home / ".lock", timeout=0.2, mode=0o664)
    try:
        lock.acquire()
    except Timeout as error:
        raise ModelNotPulled(
            home.name, "another run is fetching it right now", "Wait for that one to end."
        ) from error
    try:
        yield
    finally:
        lock.release()


class _Fetching:
    """One run: the files of a model, all of one commit."""

    def __init__(
        self,
        registry: Registry,
        card: Card,
        endpoint: str | None,
        revision: str | None,
        progress: Progress,
    ) -> None:
        self._registry, self._card = registry, card
        self._endpoint, self._revision = endpoint, revision
        self._progress = progress
        self._home = registry.home(card.name)

    def run(self, complete: Complete) -> Installed:
        config, *weights = self._card.files
        folder, metadata = self._first(self._card.folders, config)
        self._revision = metadata.commit_hash
        kept = [self._fetch(folder, config, metadata)]
        if self._card.mean is None and (found := self._look(folder, PREPROCESSOR)):
            kept.append(self._fetch(folder, PREPROCESSOR, found))
        name, found = self._first_name(folder, [*weights, PICKLED])
        kept.append(self._fetch(folder, name, found))
        card = self._card.model_copy(update={"files": tuple(file.name for file in kept)})
        card = complete(card, self._home)
        source = f"{self._card.repo}/{folder}".rstrip("/")
        return self._registry.install(card, kept, source=source, revision=self._revision)

    def _first(self, folders: tuple[str, ...], name: str) -> tuple[str, HfFileMetadata]:
        """The first folder that has a file; the error of the last where none has."""
        for folder in folders[:-1]:
            if (found := self._look(folder, name)) is not None:
                return folder, found
        return folders[-1], self._metadata(folders[-1], name)

    def _first_name(self, folder: str, names: list[str]) -> tuple[str, HfFileMetadata]:
        """The first of several files that is there; the error of the first where none is."""
        for name in names:
            if (found := self._look(folder, name)) is not None:
                return name, found
        return names[0], self._metadata(folder, names[0])

    def _look(self, folder: str, name: str) -> HfFileMetadata | None:
        from huggingface_hub.errors import RemoteEntryNotFoundError

        try:
            return self._metadata(folder, name)
        except RemoteEntryNotFoundError:
            return None

    def _url(self, folder: str, name: str) -> str:
        from huggingface_hub import hf_hub_url

        return hf_hub_url(
            str(self._card.repo), name, subfolder=folder or None,
            revision=self._revision, endpoint=self._endpoint,
        )  # fmt: skip

    def _metadata(self, folder: str, name: str) -> HfFileMetadata:
        from huggingface_hub import get_hf_file_metadata
        from huggingface_hub.errors import FileMetadataError

        metadata = get_hf_file_metadata(self._url(folder, name), endpoint=self._endpoint)
        if metadata.commit_hash is None or metadata.etag is None:
            raise FileMetadataError("it names neither commit nor content")
        return metadata

    def _fetch(self, folder: str, name: str, metadata: HfFileMetadata) -> Kept:
        """Brings one file, or the rest of it, and checks it."""
        etag = str(metadata.etag)
        target = self._home / name
        announced = etag if _SHA256.fullmatch(etag) else None
        if announced and target.is_file() and sha256_of(target) == announced:
            return keep(target, announced)
        draft = self._home / f"{name}.{re.sub('[^0-9A-Za-z]', '', etag)[:16]}.part"
        self._transfer(self._url(folder, name), draft, name, metadata.size)
        digest = sha256_of(draft)
        if announced and digest != announced:
            draft.unlink()
            raise ModelNotPulled(
                self._card.name,
                f"{name} did not come as the hub announced it: its SHA-256 is another",
                "Run the command again; if it happens again, the mirror or a proxy changes it.",
            )
        (self._home / manifests.NAME).unlink(missing_ok=True)  # until all are here, it is not whole
        draft.replace(target)
        return keep(target, digest)

    def _transfer(self, url: str, draft: Path, name: str, size: int | None) -> None:
        # Both are used by huggingface_hub itself and not named in its documentation. What it does
        # document, hf_hub_download, gives every run a draft of its own, so a fetch that was
        # interrupted would start anew; and no other client knows its retries, its tokens and its
        # proxies. A release that changes either fails in tests/models/test_pull.py.
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        here = draft.stat().st_size if draft.is_file() else 0
        if size is not None and here > size:
            draft.unlink()
            here = 0
        # Parts of a compressed body cannot be joined.
        headers = build_hf_headers(headers={"Accept-Encoding": "identity"})
        with self._progress(name, here, size) as advance, draft.open("ab") as stream:
            try:
                http_get(
                    url, stream, resume_size=here, headers=headers, expected_size=size,
                    displayed_filename=name, tqdm_class=_bar(advance),
                )  # fmt: skip
            except OSError as error:
                if type(error) is OSError and error.errno is None:  # the size is not as announced
                    draft.unlink()
                raise


def _bar(advance: Advance) -> Any:
    """What the library takes for a tqdm bar; it hands on how many bytes have come."""

    class Bar:
        def __init__(self, **options: object) -> None:
            """Called with tqdm's options, none of which matter here."""

        def update(self, amount: int) -> None:
            advance(amount)

        def __enter__(self) -> Self:
            return self

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            trace: TracebackType | None,
        ) -> None:
            """Nothing is held."""

    return Bar

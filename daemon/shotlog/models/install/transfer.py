"""Transfer of a model's files from the hub: resumed, checked, and all of one commit.

The hub's own library resolves, authorises and transfers. This module adds two things: a transfer
resumes after an interruption (the library starts again, since every run has a draft of its own),
and every file is checked against the SHA-256 that the hub announces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from shotlog.models.catalog import (
    MANIFEST_FILE,
    Card,
    FileRecord,
    InstalledModel,
    Registry,
    describe_file,
    sha256_of,
)
from shotlog.models.checkpoints import PREPROCESSOR
from shotlog.schema import ModelNotPulled

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

PICKLED = "pytorch_model.bin"
"""Weights file where there is no safetensors: loaded by ``torch.load(weights_only=True)`` alone."""

Advance = Callable[[int], None]
FileProgress = Callable[[str, int, int | None], AbstractContextManager[Advance]]
"""Opens the display of one file: its name, the bytes already here, and the total where known."""

CompleteCard = Callable[[Card, Path], Card]
"""Completes a card from the downloaded files, or refuses them (ModelUnreadable)."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def no_progress(name: str, received: int, total: int | None) -> AbstractContextManager[Advance]:
    """Return a display that shows nothing."""
    return nullcontext(lambda amount: None)


class Download:
    """One run: the files of a model, all of one commit."""

    def __init__(
        self,
        registry: Registry,
        card: Card,
        endpoint: str | None,
        revision: str | None,
        progress: FileProgress,
    ) -> None:
        self._registry, self._card = registry, card
        self._endpoint, self._revision = endpoint, revision
        self._progress = progress
        self._folder = registry.own_folder(card.name)

    def run(self, complete: CompleteCard) -> InstalledModel:
        """Download all files and install the model.

        Args:
            complete: Completes the card from the files.

        Raises:
            ModelNotPulled: A file differs from its announcement.
            ModelUnreadable: ``complete`` refused the files.
        """
        # The config first: it is small, and its metadata name the commit.
        config, *others = self._card.files
        beside = [name for name in others if name.endswith(".json")]
        weights = [name for name in others if name not in beside]
        folder, metadata = self._find_folder(self._card.folders, config)
        # All other files come from the same commit, even if the branch moves during the download.
        self._revision = metadata.commit_hash
        kept = [self._fetch(folder, config, metadata)]
        kept += [self._fetch(folder, name, self._metadata(folder, name)) for name in beside]
        if self._card.mean is None and (found := self._find(folder, PREPROCESSOR)):
            kept.append(self._fetch(folder, PREPROCESSOR, found))
        # Of image-text models only safetensors are read.
        pickled = [PICKLED] if self._card.text is None else []
        name, found = self._find_first_name(folder, [*weights, *pickled])
        kept.append(self._fetch(folder, name, found))
        card = self._card.model_copy(update={"files": tuple(file.name for file in kept)})
        card = complete(card, self._folder)
        source = f"{self._card.repo}/{folder}".rstrip("/")
        return self._registry.install(card, kept, source=source, revision=self._revision)

    def _find_folder(self, folders: tuple[str, ...], name: str) -> tuple[str, HfFileMetadata]:
        """Return the first folder with the file; raise the last folder's error if none has it."""
        for folder in folders[:-1]:
            if (found := self._find(folder, name)) is not None:
                return folder, found
        return folders[-1], self._metadata(folders[-1], name)

    def _find_first_name(self, folder: str, names: list[str]) -> tuple[str, HfFileMetadata]:
        """Return the first existing file; raise the error of the first name if none exists."""
        for name in names:
            if (found := self._find(folder, name)) is not None:
                return name, found
        return names[0], self._metadata(folder, names[0])

    def _find(self, folder: str, name: str) -> HfFileMetadata | None:
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
            # Servers that are no hub, such as a login page, answer without these headers.
            raise FileMetadataError("it names neither commit nor content")
        return metadata

    def _fetch(self, folder: str, name: str, metadata: HfFileMetadata) -> FileRecord:
        """Download the missing part of one file, and check it."""
        etag = str(metadata.etag)
        target = self._folder / name
        announced = etag if _SHA256.fullmatch(etag) else None
        # A file of an earlier, interrupted download is complete already.
        if announced and target.is_file() and sha256_of(target) == announced:
            return describe_file(target, announced)
        # The draft carries the etag, so that a draft of another version is never resumed.
        draft = self._folder / f"{name}.{re.sub('[^0-9A-Za-z]', '', etag)[:16]}.part"
        self._transfer(self._url(folder, name), draft, name, metadata.size)
        digest = sha256_of(draft)
        if announced and digest != announced:
            draft.unlink()
            raise ModelNotPulled(
                self._card.name,
                f"{name} does not match what the hub announced: its SHA-256 differs",
                "Run the command again; if it happens again, the mirror or a proxy changes it.",
            )
        (self._folder / MANIFEST_FILE).unlink(missing_ok=True)  # incomplete from here on
        # Atomic, so that no reader sees half a file under the final name.
        draft.replace(target)
        return describe_file(target, digest)

    def _transfer(self, url: str, draft: Path, name: str, size: int | None) -> None:
        # Both are used by huggingface_hub itself and not named in its documentation. What it does
        # document, hf_hub_download, gives every run a draft of its own, so a fetch that was
        # interrupted would start anew; and no other client knows its retries, its tokens and its
        # proxies. A release that changes either fails in tests/models/install/test_download.py.
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        received = draft.stat().st_size if draft.is_file() else 0
        # A draft longer than the file is damaged.
        if size is not None and received > size:
            draft.unlink()
            received = 0
        # Parts of a compressed body cannot be joined.
        headers = build_hf_headers(headers={"Accept-Encoding": "identity"})
        with self._progress(name, received, size) as advance, draft.open("ab") as stream:
            try:
                http_get(
                    url, stream, resume_size=received, headers=headers, expected_size=size,
                    displayed_filename=name, tqdm_class=_progress_bar(advance),
                )  # fmt: skip
            except OSError as error:
                # huggingface_hub reports a wrong size as a bare OSError without errno.
                if type(error) is OSError and error.errno is None:  # the size is not as announced
                    draft.unlink()
                raise


def _progress_bar(advance: Advance) -> Any:
    """Return a class with tqdm's interface, which reports the received bytes to ``advance``."""

    class Bar:
        def __init__(self, **options: object) -> None:
            """Ignore tqdm's options."""

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
            """Do nothing: there is no resource to free."""

    return Bar

"""Checkpoints of TalkNet: one file of weights in a folder, read without running code in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from shotlog.schema import ReframerError, readable

if TYPE_CHECKING:
    from torch import Tensor

    from shotlog.delivery.reframe.talknet.network import TalkNetNetwork

_SUFFIXES: Final = (".safetensors", ".model", ".pt", ".pth")
"""Suffixes of weights; TalkNet's authors publish ``pretrain_TalkSet.model``."""
_PREFIX: Final = "module."
_HINT: Final = "Give a folder with one file of TalkNet's weights (.safetensors, .model, .pt, .pth)."

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TalkNet:
    """A network with its weights, on the CPU.

    Attributes:
        digest: SHA-256 of the file of weights.
        network: The network.
    """

    digest: str
    network: TalkNetNetwork

    def see(self, mouths: npt.NDArray[np.uint8]) -> Floats:
        """Return the (512,) vector of (5, 112, 112) grey levels of a mouth."""
        import torch

        with torch.inference_mode():
            found = self.network.see(torch.from_numpy(mouths.astype(np.float32)))
        return np.asarray(found.numpy(), np.float32)

    def score(self, vectors: Floats, cepstra: Floats) -> Floats:
        """Return (t,) scores of (t, 512) vectors and (4 t, 13) cepstra; above 0 for speech."""
        import torch

        with torch.inference_mode():
            found = self.network(torch.from_numpy(vectors), torch.from_numpy(cepstra))
        return np.asarray(found.numpy(), np.float32)


def make_network() -> TalkNetNetwork:
    """Return the network with random weights, from torch's seed."""
    from shotlog.delivery.reframe.talknet.network import TalkNetNetwork  # torch is slow to import

    return TalkNetNetwork().eval()


def load_talknet(folder: Path) -> TalkNet:
    """Return the network of a folder; loaded once while its file stays as it is.

    Raises:
        ReframerError: The folder has no file of weights or several, or the file is no TalkNet.
    """
    try:
        found = sorted(each for each in folder.iterdir() if each.suffix in _SUFFIXES)
        if len(found) != 1:
            message = f"this folder has {len(found) or 'no'} files of weights"
            raise ReframerError(readable(str(folder)), message, _HINT)
        state = found[0].stat()
        return _load(found[0], state.st_size, state.st_mtime_ns)
    except OSError as error:
        message = f"the folder of the model cannot be read: {error.strerror}"
        raise ReframerError(readable(str(folder)), message, _HINT) from error


@lru_cache(maxsize=1)
def _load(path: Path, size: int, changed: int) -> TalkNet:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    given = {name.removeprefix(_PREFIX): tensor for name, tensor in _tensors(path).items()}
    network = make_network()
    own = network.state_dict()
    for name, tensor in own.items():
        if name.endswith("num_batches_tracked"):  # of training
            given.setdefault(name, tensor)
        if name not in given or given[name].shape != tensor.shape:
            wrong = "has another shape" if name in given else "is missing"
            message = f"the file holds no TalkNet: {name} {wrong}"
            raise ReframerError(readable(path.name), message, _HINT)
    network.load_state_dict({name: given[name] for name in own})
    return TalkNet(digest, network)


def _tensors(path: Path) -> Mapping[str, Tensor]:
    import torch
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged pickle raises almost any exception
        message = "the file is damaged, or holds more than tensors, which is not safe to load"
        raise ReframerError(readable(path.name), message, _HINT) from error
    if not isinstance(content, dict) or not all(
        isinstance(tensor, torch.Tensor) for tensor in content.values()
    ):
        raise ReframerError(readable(path.name), "the file holds no named tensors", _HINT)
    return content

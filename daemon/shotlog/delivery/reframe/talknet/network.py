"""Layers of TalkNet, under the names of its checkpoints.

Tao, Pan, Das, Qian, Shou and Li, "Is Someone Speaking? Exploring Long-term Temporal Features for
Audio-visual Active Speaker Detection", ACM Multimedia 2021 (https://arxiv.org/abs/2107.06592).
Layers and names are those of ``model/`` in github.com/TaoRuijie/TalkNet-ASD; dropout, which is for
training, is left out.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from shotlog.delivery.reframe.talknet.shape import SPAN, VECTOR

_MEAN, _DEVIATION = 0.4161, 0.1688
"""Normalisation of grey levels, for values 0 to 1."""
_EPSILON: Final = 1e-3
"""Of the normalisations in the part that looks at pictures."""


class Frontend(nn.Module):
    """Vectors of mouths: a convolution in space and time, then a ResNet of 18 layers."""

    def __init__(self) -> None:
        super().__init__()
        # No padding in time: each vector is made of five real pictures.
        first = nn.Conv3d(1, 64, (SPAN, 7, 7), (1, 2, 2), (0, 3, 3), bias=False)
        pool = nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1))
        self.frontend3D = nn.Sequential(first, nn.BatchNorm3d(64, _EPSILON), nn.ReLU(), pool)
        stages = [
            _Stage(before, after) for before, after in ((64, 64), (64, 128), (128, 256), (256, 512))
        ]
        self.resnet = nn.ModuleDict({f"layer{n}": each for n, each in enumerate(stages, 1)})

    def forward(self, mouths: Tensor) -> Tensor:
        """Return (512,) for (5, 112, 112) grey levels, 0 to 255."""
        normal = (mouths / 255 - _MEAN) / _DEVIATION
        found = self.frontend3D(normal[None, None])[:, :, 0]
        for stage in self.resnet.values():
            found = stage(found)
        return functional.avg_pool2d(found, 4).flatten()


class _Stage(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        stride = 1 if before == after else 2
        self.conv1a = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.downsample = nn.Conv2d(before, after, 1, stride, bias=False) if stride > 1 else None
        self.conv2a, self.conv1b, self.conv2b = (
            nn.Conv2d(after, after, 3, 1, 1, bias=False) for _ in range(3)
        )
        self.bn1a, self.outbna, self.bn1b, self.outbnb = (
            nn.BatchNorm2d(after, _EPSILON) for _ in range(4)
        )

    def forward(self, given: Tensor) -> Tensor:
        kept = given if self.downsample is None else self.downsample(given)
        middle = self.conv2a(functional.relu(self.bn1a(self.conv1a(given)))) + kept
        found = functional.relu(self.outbna(middle))
        found = self.conv2b(functional.relu(self.bn1b(self.conv1b(found)))) + middle
        return functional.relu(self.outbnb(found))


class _GlobalNorm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(1, VECTOR, 1))
        self.beta = nn.Parameter(torch.zeros(1, VECTOR, 1))

    def forward(self, given: Tensor) -> Tensor:
        variance, mean = torch.var_mean(given, dim=(1, 2), correction=0, keepdim=True)
        return self.gamma * (given - mean) / (variance + 1e-8).sqrt() + self.beta


class _Temporal(nn.Module):
    """A depthwise separable convolution over time, with a residual."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.ReLU(),
            nn.BatchNorm1d(VECTOR),
            nn.Conv1d(VECTOR, VECTOR, 3, padding=1, groups=VECTOR, bias=False),
            nn.PReLU(),
            _GlobalNorm(),
            nn.Conv1d(VECTOR, VECTOR, 1, bias=False),
        )

    def forward(self, given: Tensor) -> Tensor:
        found: Tensor = self.net(given)
        return found + given


class _Named(nn.Module):
    """Layers that checkpoints have under the name ``net``."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, given: Tensor) -> Tensor:
        found: Tensor = self.net(given)
        return found


class _Gated(nn.Module):
    """A residual block with squeeze and excitation (https://arxiv.org/abs/1709.01507)."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(after), nn.BatchNorm2d(after)
        gate = nn.Sequential(
            nn.Linear(after, after // 8), nn.ReLU(), nn.Linear(after // 8, after), nn.Sigmoid()
        )
        self.se = nn.ModuleDict({"fc": gate})
        shortcut = nn.Conv2d(before, after, 1, stride, bias=False)
        self.downsample = (
            nn.Sequential(shortcut, nn.BatchNorm2d(after)) if before != after else None
        )

    def forward(self, given: Tensor) -> Tensor:
        kept = given if self.downsample is None else self.downsample(given)
        found = self.bn2(self.conv2(self.bn1(functional.relu(self.conv1(given)))))
        gate = self.se["fc"](found.mean(dim=(2, 3)))[:, :, None, None]
        return functional.relu(found * gate + kept)


class _Hearing(nn.Module):
    """The part that hears: a ResNet of 34 layers over cepstra."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 7, (2, 1), 3, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        plan = ((16, 16, 3, 1), (16, 32, 4, 2), (32, 64, 6, 2), (64, 128, 3, 1))
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            nn.Sequential(
                _Gated(before, after, stride), *(_Gated(after, after, 1) for _ in range(count - 1))
            )
            for before, after, count, stride in plan
        )

    def forward(self, cepstra: Tensor) -> Tensor:
        found = functional.relu(self.bn1(self.conv1(cepstra.transpose(1, 2)[:, None])))
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            found = layer(found)
        return found.mean(dim=2).transpose(1, 2)


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.self_attn = nn.MultiheadAttention(width, 8, batch_first=True)
        self.linear1, self.linear2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, source: Tensor, asking: Tensor) -> Tensor:
        heard, _ = self.self_attn(asking, source, source, need_weights=False)
        middle = self.norm1(source + heard)
        found: Tensor = self.norm2(middle + self.linear2(functional.relu(self.linear1(middle))))
        return found


class TalkNetNetwork(nn.Module):
    """The whole network."""

    def __init__(self) -> None:
        super().__init__()
        narrow = nn.Sequential(
            nn.Conv1d(VECTOR, 256, 5, padding=2), nn.BatchNorm1d(256), nn.ReLU(),
            nn.Conv1d(256, 128, 1),
        )  # fmt: skip
        temporal = nn.Sequential(*(_Temporal() for _ in range(5)))
        self.model = nn.ModuleDict(
            {
                "visualFrontend": Frontend(),
                "visualTCN": _Named(temporal),
                "visualConv1D": _Named(narrow),
                "audioEncoder": _Hearing(),
                "crossA2V": _Attention(128),
                "crossV2A": _Attention(128),
                "selfAV": _Attention(256),
            }
        )
        self.lossAV = nn.ModuleDict({"FC": nn.Linear(256, 2)})

    def see(self, mouths: Tensor) -> Tensor:
        """Return the (512,) vector of (5, 112, 112) grey levels of a mouth."""
        found: Tensor = self.model["visualFrontend"](mouths)
        return found

    def forward(self, vectors: Tensor, cepstra: Tensor) -> Tensor:
        """Return (t,) scores, above 0 for somebody who speaks.

        Args:
            vectors: (t, 512) vectors of a mouth, 25 a second.
            cepstra: (4 t, 13) cepstra of the sound of that time.
        """
        seen = self.model["visualConv1D"](self.model["visualTCN"](vectors.T[None]))
        seen, heard = seen.transpose(1, 2), self.model["audioEncoder"](cepstra[None])
        crossed = (self.model["crossA2V"](heard, seen), self.model["crossV2A"](seen, heard))
        both = torch.cat(crossed, dim=2)
        found: Tensor = self.lossAV["FC"](self.model["selfAV"](both, both))
        return found[0, :, 1]

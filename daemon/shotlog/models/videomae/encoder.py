"""Encoder of VideoMAE: pre-norm transformer blocks over the tokens of a window.

It computes bit for bit what ``VideoMAEEncoder`` of transformers computes with
``attn_implementation="sdpa"``, and names its tensors alike
(``transformers/models/videomae/modeling_videomae.py``, 5.23). Importing that class takes 4 s of
processor time beside the 1.7 s of torch (for torch.distributed, torch._dynamo, generation of text),
as much as four windows of base size.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from shotlog.models.videomae.architecture import Architecture


class EncoderBlock(nn.Module):
    """Attention over all tokens, then an MLP for each; both are added to their input."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        width, mlp = architecture.embedding, architecture.mlp
        self.heads = architecture.attention_heads
        biases = architecture.biases
        self.layernorm_before = nn.LayerNorm(width, architecture.eps)
        # The names of transformers, so that its checkpoints need no other ones.
        projections = {
            "query": nn.Linear(width, width, bias=biases),
            "key": nn.Linear(width, width, bias=False),
            "value": nn.Linear(width, width, bias=biases),
        }
        self.attention = nn.ModuleDict(
            {"attention": nn.ModuleDict(projections), "output": _dense(width, width)}
        )
        self.layernorm_after = nn.LayerNorm(width, architecture.eps)
        self.intermediate = _dense(width, mlp)
        self.output = _dense(mlp, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return (B, tokens, d) for (B, tokens, d)."""
        tokens = self._attend(self.layernorm_before(tokens)) + tokens
        inner = functional.gelu(self.intermediate["dense"](self.layernorm_after(tokens)))
        out: Tensor = self.output["dense"](inner) + tokens
        return out

    def _attend(self, tokens: Tensor) -> Tensor:
        split = (*tokens.shape[:2], self.heads, -1)
        query, key, value = (
            self.attention.get_submodule(f"attention.{part}")(tokens).view(split).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        # PyTorch's fused kernel: three times as fast as separate products on a CPU.
        attended = functional.scaled_dot_product_attention(query, key, value)
        dense = self.attention.get_submodule("output.dense")
        out: Tensor = dense(attended.transpose(1, 2).flatten(2))
        return out


class Encoder(nn.Module):
    """The blocks of a trunk, one after the other."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.layer = nn.ModuleList(EncoderBlock(architecture) for _ in range(architecture.depth))

    def forward(self, tokens: Tensor) -> Tensor:
        """Return (B, tokens, d) for (B, tokens, d)."""
        for block in self.layer:
            tokens = block(tokens)
        return tokens


def _dense(inputs: int, outputs: int) -> nn.ModuleDict:
    return nn.ModuleDict({"dense": nn.Linear(inputs, outputs)})

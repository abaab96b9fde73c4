"""A catalogue LLM (llama or Qwen3, as its GGUF has it) with a LoRA adapter beside every matrix of its layers.

The model's own weights stay as they are; only the adapters learn. Shapes: N tokens, W numbers a token.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

PARTS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
Weights = dict[str, npt.NDArray[np.float16]]


@dataclass(frozen=True)
class Form:
    """What the GGUF tells of itself."""

    architecture: str
    layers: int
    heads: int
    key_heads: int
    head_width: int
    epsilon: float
    theta: float

    @property
    def split(self) -> bool:
        """Whether a head's first half is turned against its second; else each number against the next."""
        return self.architecture.startswith("qwen")


class Matrix(nn.Module):
    """A frozen matrix, its bias where it has one, and what is learnt beside it."""

    def __init__(self, weight: Tensor, bias: Tensor | None, rank: int, alpha: float) -> None:
        super().__init__()
        self._weight, self._bias, self._share = weight, bias, alpha / rank
        self.lora_a = nn.Parameter(torch.randn(rank, weight.shape[1]) / rank)
        self.lora_b = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def move(self, device: str) -> None:
        """The frozen weights to this device."""
        self._weight = self._weight.to(device)
        self._bias = None if self._bias is None else self._bias.to(device)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in) → (N, out)."""
        told = F.linear(x, self._weight, self._bias)
        return told + (x.float() @ self.lora_a.T @ self.lora_b.T).to(told.dtype) * self._share


class Block(nn.Module):
    """One layer."""

    def __init__(self, form: Form, own: dict[str, Tensor], rank: int, alpha: float) -> None:
        super().__init__()
        self._form = form
        self._norms = {name: value for name, value in own.items() if "norm" in name}
        self.parts = nn.ModuleDict(
            {part: Matrix(own[f"{part}.weight"], own.get(f"{part}.bias"), rank, alpha) for part in PARTS}
        )

    def move(self, device: str) -> None:
        """The frozen weights to this device."""
        self._norms = {name: each.to(device) for name, each in self._norms.items()}
        for part in self.parts.values():
            part.move(device)

    def forward(self, x: Tensor) -> Tensor:
        """(N, W) → (N, W)."""
        x = x + self._attended(self._normed(x, "attn_norm"))
        normed = self._normed(x, "ffn_norm")
        gate = F.silu(self.parts["ffn_gate"](normed)) * self.parts["ffn_up"](normed)
        out: Tensor = x + self.parts["ffn_down"](gate)
        return out

    def _normed(self, x: Tensor, name: str) -> Tensor:
        weight = self._norms.get(f"{name}.weight")
        return x if weight is None else F.rms_norm(x, weight.shape, weight, self._form.epsilon)

    def _attended(self, x: Tensor) -> Tensor:
        form = self._form
        q, k, v = (
            self.parts[part](x).unflatten(1, (heads, form.head_width)).transpose(0, 1)
            for part, heads in (
                ("attn_q", form.heads),
                ("attn_k", form.key_heads),
                ("attn_v", form.key_heads),
            )
        )
        q, k = turned(self._normed(q, "attn_q_norm"), form), turned(self._normed(k, "attn_k_norm"), form)
        k, v = (each.repeat_interleave(form.heads // form.key_heads, 0) for each in (k, v))
        told = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        out: Tensor = self.parts["attn_output"](told.transpose(0, 1).flatten(1))
        return out


def turned(x: Tensor, form: Form) -> Tensor:
    """x (heads, N, D), each token by its place."""
    half = x.shape[2] // 2
    speeds = form.theta ** (-torch.arange(half, device=x.device) / half)
    angle = torch.arange(x.shape[1], device=x.device)[:, None] * speeds[None]
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    if form.split:
        first, second = x[..., :half], x[..., half:]
        return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)
    first, second = x[..., 0::2], x[..., 1::2]
    return torch.stack([first * cos - second * sin, second * cos + first * sin], -1).flatten(2)


class Adapted(nn.Module):
    """The whole model; its parameters are the adapters' alone."""

    def __init__(self, form: Form, weights: Weights, rank: int, alpha: float, kind: torch.dtype) -> None:
        super().__init__()
        held = {name: torch.from_numpy(value).to(kind) for name, value in weights.items()}
        self._words, self._last_norm = held["token_embd.weight"], held["output_norm.weight"]
        self._out, self._form = held.get("output.weight", self._words), form
        self.blk = nn.ModuleList(
            Block(
                form,
                {name.split(".", 2)[2]: w for name, w in held.items() if name.startswith(f"blk.{at}.")},
                rank,
                alpha,
            )
            for at in range(form.layers)
        )

    def moved(self, device: str) -> "Adapted":
        """The same, with its frozen weights, on this device."""
        self._words, self._last_norm, self._out = (
            each.to(device) for each in (self._words, self._last_norm, self._out)
        )
        for block in self.blk:
            block.move(device)
        self.to(device)
        return self

    def forward(self, tokens: Tensor, wanted: Tensor) -> Tensor:
        """tokens (N) → logits after each place where `wanted` (N) is true."""
        x = self._words[tokens]
        for block in self.blk:
            x = block(x)
        x = F.rms_norm(x[wanted], self._last_norm.shape, self._last_norm, self._form.epsilon)
        return F.linear(x, self._out).float()

"""A small Qwen3: root-mean-square norms, rotated queries and keys with norms of their own.

Many talks follow one head: the head is read once, and each talk sees it and itself. Shapes: P tokens of the
head, B talks of L tokens, H heads of D numbers.
"""

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

THETA = 10_000.0
EPSILON = 1e-6


@dataclass(frozen=True)
class Shape:
    """What a network is built from."""

    vocabulary: int
    width: int = 192
    heads: int = 3
    layers: int = 6
    feed: int = 512
    context: int = 4096

    def told(self) -> dict[str, int]:
        """As JSON keeps it."""
        return asdict(self)


class Norm(nn.Module):
    """Root mean square."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """Any shape whose last size is the width."""
        return F.rms_norm(x, self.weight.shape, self.weight.to(x.dtype), EPSILON)


def turned(x: Tensor, places: Tensor) -> Tensor:
    """x (…, N, D) rotated by its places (N): the first half of D against the second."""
    half = x.shape[-1] // 2
    speeds = THETA ** (-torch.arange(half, device=x.device) / half)
    angle = places[:, None].float() * speeds[None]
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


class Layer(nn.Module):
    """Attention, then the gated feed-forward part."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, self.heads = shape.width, shape.heads
        self.attn_norm, self.ffn_norm = Norm(width), Norm(width)
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (
            nn.Linear(width, width, bias=False) for _ in range(4)
        )
        self.attn_q_norm, self.attn_k_norm = Norm(width // shape.heads), Norm(width // shape.heads)
        self.ffn_gate, self.ffn_up = (nn.Linear(width, shape.feed, bias=False) for _ in range(2))
        self.ffn_down = nn.Linear(shape.feed, width, bias=False)

    def forward(self, head: Tensor, talks: Tensor) -> tuple[Tensor, Tensor]:
        """head (1, P, width), talks (B, L, width) → the same shapes."""
        q, k, v = self._seen(head, 0)
        own_q, own_k, own_v = self._seen(talks, head.shape[1])
        head = head + self._joined(_attended(q, k, v))
        talks = talks + self._joined(_attended(own_q, own_k, own_v, k, v))
        return head + self._fed(head), talks + self._fed(talks)

    def _seen(self, x: Tensor, start: int) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values (B, H, N, D); the first token stands at `start`."""
        normed = self.attn_norm(x)
        places = torch.arange(start, start + x.shape[1], device=x.device)
        q, k, v = (
            part(normed).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for part in (self.attn_q, self.attn_k, self.attn_v)
        )
        q, k = turned(self.attn_q_norm(q), places), turned(self.attn_k_norm(k), places)
        return q.to(v.dtype), k.to(v.dtype), v

    def _joined(self, told: Tensor) -> Tensor:
        out: Tensor = self.attn_output(told.transpose(1, 2).flatten(2))
        return out

    def _fed(self, x: Tensor) -> Tensor:
        normed = self.ffn_norm(x)
        out: Tensor = self.ffn_down(F.silu(self.ffn_gate(normed)) * self.ffn_up(normed))
        return out


def _attended(
    q: Tensor, k: Tensor, v: Tensor, head_k: Tensor | None = None, head_v: Tensor | None = None
) -> Tensor:
    """(B, H, N, D): each place sees its own row up to itself and, where there is one, the whole head."""
    q = q * q.shape[-1] ** -0.5
    later = torch.full((q.shape[2], k.shape[2]), -1e4, dtype=q.dtype, device=q.device).triu(1)
    scores = (q @ k.transpose(2, 3)).add_(later)
    with torch.autocast(q.device.type, enabled=False):  # which would have the shares in whole floats
        if head_k is None or head_v is None:
            return scores.softmax(3).to(v.dtype) @ v
        count = head_k.shape[2]
        rows = q.transpose(0, 1).flatten(1, 2)  # all talks see the same head: one product for all of them
        far = (rows @ head_k[0].transpose(1, 2)).unflatten(1, (q.shape[0], -1)).transpose(0, 1)
        shares = torch.cat([far, scores], 3).softmax(3)
        from_head = shares[..., :count].transpose(0, 1).flatten(1, 2) @ head_v[0]
        return from_head.unflatten(1, (q.shape[0], -1)).transpose(0, 1) + shares[..., count:] @ v


class Chat(nn.Module):
    """Tokens → the next."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width)
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                last = name.endswith(("attn_output.weight", "ffn_down.weight"))
                nn.init.normal_(weight, std=0.02 if not last else 0.02 / (2 * shape.layers) ** 0.5)

    def forward(self, head: Tensor, talks: Tensor, wanted: Tensor) -> Tensor:
        """head (P), talks (B, L): logits after each place where `wanted` (B, L) is true, (N, vocabulary)."""
        seen, told = self.token_embd(head)[None], self.token_embd(talks)
        for layer in self.blk:
            seen, told = layer(seen, told)
        return F.linear(self.output_norm(told[wanted]), self.token_embd.weight)

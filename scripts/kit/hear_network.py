"""Whisper's architecture, small: log-mel frames → encoder → decoder of words; a letter head to learn by.

The letter head (CTC on the encoder) finds where the letters are long before the decoder would; it is left
out when the weights are packed. Shapes: B clips, T encoder frames of 40 ms, L tokens.
"""

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MELS = 80
LETTERS = " abcdefghijklmnopqrstuvwxyz'"
BLANK = len(LETTERS)
A_FRAME = 2
"""Letters that one encoder frame can tell: people say up to 20 a second."""


@dataclass(frozen=True)
class Shape:
    """What a network is built from."""

    vocabulary: int
    width: int = 192
    heads: int = 3
    encoder: int = 5
    decoder: int = 2
    frames: int = 200
    """Encoder frames of 40 ms at most: 8 s."""
    tokens: int = 96
    """At most, with the two that begin."""

    def told(self) -> dict[str, int]:
        """As JSON keeps it."""
        return asdict(self)


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's fixed positions of the encoder, (length, width)."""
    scale = torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))
    angle = torch.arange(length)[:, None] * scale[None]
    return torch.cat([angle.sin(), angle.cos()], 1)


class Attention(nn.Module):
    """Whisper's: the key has no bias."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.value, self.out = (nn.Linear(width, width) for _ in range(3))
        self.key = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, seen: Tensor, mask: Tensor | None = None, *, causal: bool = False) -> Tensor:
        """x (B, N, width) looks at seen (B, M, width); `mask` (B, M) is true where there is something."""

        def split(y: Tensor) -> Tensor:
            return y.unflatten(2, (self.heads, -1)).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(seen)), split(self.value(seen))
        if mask is not None or x.is_cuda:
            hides = None if mask is None else mask[:, None, None]
            told = F.scaled_dot_product_attention(query, key, value, hides, is_causal=causal)
        else:  # torch's own on a processor takes several times as long as the plain sums
            scores = query @ key.transpose(2, 3) * (query.shape[3] ** -0.5)
            if causal:
                later = torch.ones(scores.shape[2:], dtype=torch.bool).triu(1)
                scores = scores.masked_fill(later, -1e4)
            told = scores.softmax(3).to(value.dtype) @ value
        out: Tensor = self.out(told.transpose(1, 2).flatten(2))
        return out


class Block(nn.Module):
    """Attention to itself, to the sound in the decoder, and a feed-forward part, each after a norm."""

    def __init__(self, width: int, heads: int, *, crossed: bool, dropout: float) -> None:
        super().__init__()
        self.own, self.own_norm = Attention(width, heads), nn.LayerNorm(width)
        self.cross = Attention(width, heads) if crossed else None
        self.cross_norm = nn.LayerNorm(width) if crossed else None
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.feed_norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x: Tensor, sound: Tensor | None, mask: Tensor | None) -> Tensor:
        """(B, N, width); `mask` hides what pads the sound."""
        normed = self.own_norm(x)
        own_mask = None if self.cross is not None else mask
        x = x + self.drop(self.own(normed, normed, own_mask, causal=self.cross is not None))
        if self.cross is not None and self.cross_norm is not None and sound is not None:
            x = x + self.drop(self.cross(self.cross_norm(x), sound, mask))
        fed: Tensor = self.down(F.gelu(self.up(self.feed_norm(x))))
        return x + self.drop(fed)


class Ear(nn.Module):
    """Encoder, decoder and the letter head."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape, width = shape, shape.width
        self.conv1 = nn.Conv1d(MELS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("places", sinusoids(shape.frames, width), persistent=False)
        sorts = [(shape.encoder, False), (shape.decoder, True)]
        self.encoder, self.decoder = (
            nn.ModuleList(
                Block(width, shape.heads, crossed=crossed, dropout=dropout * crossed) for _ in range(count)
            )
            for count, crossed in sorts
        )
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.words = nn.Embedding(shape.vocabulary, width)
        self.word_places = nn.Parameter(torch.randn(shape.tokens, width) * 0.01)
        self.letters = nn.Linear(width, A_FRAME * (BLANK + 1))
        nn.init.normal_(self.words.weight, std=width**-0.5)

    def hear(self, mel: Tensor, mask: Tensor | None = None) -> Tensor:
        """mel (B, MELS, 2T) → (B, T, width)."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.places[: x.shape[1]]
        for block in self.encoder:
            x = block(x, None, mask)
        out: Tensor = self.encoder_norm(x)
        return out

    def spell(self, sound: Tensor) -> Tensor:
        """What `hear` gave → logits of letters and the blank, (B, A_FRAME·T, BLANK + 1)."""
        told: Tensor = self.letters(sound)
        return told.unflatten(2, (A_FRAME, BLANK + 1)).flatten(1, 2)

    def write(self, tokens: Tensor, sound: Tensor, mask: Tensor | None = None) -> Tensor:
        """tokens (B, L) so far → logits of the next at each place, (B, L, vocabulary)."""
        x = self.words(tokens) + self.word_places[: tokens.shape[1]]
        for block in self.decoder:
            x = block(x, sound, mask)
        return F.linear(self.decoder_norm(x), self.words.weight)

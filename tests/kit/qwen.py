"""A Qwen3 in plain sums, to hold the network and the packed model against."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
SHAPE = {"vocabulary": 0, "width": 64, "heads": 2, "layers": 2, "feed": 96, "context": 256}


def random_weights(vocabulary: int, seed: int = 3) -> dict[str, Array]:
    """Under the names that the training keeps."""
    rng = np.random.default_rng(seed)
    width, feed, half = SHAPE["width"], SHAPE["feed"], SHAPE["width"] // SHAPE["heads"]
    shapes: dict[str, tuple[int, ...]] = {"token_embd": (vocabulary, width), "output_norm": (width,)}
    for layer in range(SHAPE["layers"]):
        sizes: dict[str, tuple[int, ...]] = {"attn_norm": (width,), "ffn_norm": (width,)}
        sizes |= {"attn_q_norm": (half,), "attn_k_norm": (half,)}
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            sizes[name] = (width, width)
        sizes |= {"ffn_gate": (feed, width), "ffn_up": (feed, width), "ffn_down": (width, feed)}
        shapes |= {f"blk.{layer}.{name}": size for name, size in sizes.items()}
    return {
        f"{name}.weight": (rng.standard_normal(size) * 0.15 + (len(size) == 1)).astype(np.float32)
        for name, size in shapes.items()
    }


def _norm(x: Array, weight: Array) -> Array:
    return np.asarray(x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * weight, np.float32)


def _turned(x: Array) -> Array:
    """x (heads, N, D)."""
    half = x.shape[2] // 2
    angle = np.arange(x.shape[1])[:, None] * 10_000.0 ** (-np.arange(half) / half)[None]
    first, second = x[..., :half], x[..., half:]
    turned = [first * np.cos(angle) - second * np.sin(angle), second * np.cos(angle) + first * np.sin(angle)]
    return np.asarray(np.concatenate(turned, -1), np.float32)


def logits(weights: dict[str, Array], tokens: list[int]) -> Array:
    """After each token, (N, vocabulary)."""
    x = weights["token_embd.weight"][tokens]
    for layer in range(SHAPE["layers"]):
        own = {name.split(".")[2]: w for name, w in weights.items() if name.startswith(f"blk.{layer}.")}
        normed = _norm(x, own["attn_norm"])
        q, k, v = (
            (normed @ own[f"attn_{part}"].T).reshape(len(tokens), SHAPE["heads"], -1).transpose(1, 0, 2)
            for part in "qkv"
        )
        q, k = _turned(_norm(q, own["attn_q_norm"])), _turned(_norm(k, own["attn_k_norm"]))
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[2])
        scores = np.where(np.triu(np.ones(scores.shape[1:]), 1) > 0, -1e9, scores)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        x = x + (shares @ v).transpose(1, 0, 2).reshape(len(tokens), -1) @ own["attn_output"].T
        normed = _norm(x, own["ffn_norm"])
        gate = normed @ own["ffn_gate"].T
        x = x + (gate / (1 + np.exp(-gate)) * (normed @ own["ffn_up"].T)) @ own["ffn_down"].T
    return np.asarray(_norm(x, weights["output_norm.weight"]) @ weights["token_embd.weight"].T, np.float32)

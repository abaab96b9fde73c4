"""The state of a training on disk: arrays and numbers, no pickle, whole or not at all."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer


def save(place: Path, network: nn.Module, optimizers: Sequence[Optimizer], told: dict[str, Any]) -> None:
    """Weights, the optimisers' moments, and `told` as JSON."""
    arrays = {f"w/{name}": value.detach().cpu().numpy() for name, value in network.state_dict().items()}
    for which, optimizer in enumerate(optimizers):
        for number, moments in optimizer.state_dict()["state"].items():
            at = f"o/{which}/{number}"
            arrays |= {f"{at}/{name}": np.asarray(value.cpu()) for name, value in moments.items()}
    arrays["told"] = np.frombuffer(json.dumps(told).encode(), np.uint8)
    begun = place.with_suffix(".part.npz")
    with begun.open("wb") as file:
        np.savez(file, **arrays)
    begun.replace(place)


def told(place: Path) -> dict[str, Any]:
    """What `save` was told besides."""
    with np.load(place, allow_pickle=False) as found:
        return dict(json.loads(found["told"].tobytes()))


def load(place: Path, network: nn.Module, optimizers: Sequence[Optimizer] = ()) -> dict[str, Any]:
    """Put the state back; returns what was told."""
    with np.load(place, allow_pickle=False) as found:
        weights = {name[2:]: torch.from_numpy(found[name]) for name in found.files if name.startswith("w/")}
        network.load_state_dict(weights)
        for which, optimizer in enumerate(optimizers):
            moments: dict[int, dict[str, torch.Tensor]] = {}
            for name in found.files:
                if name.startswith(f"o/{which}/"):
                    _, _, number, part = name.split("/")
                    moments.setdefault(int(number), {})[part] = torch.from_numpy(found[name])
            optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
    return told(place)

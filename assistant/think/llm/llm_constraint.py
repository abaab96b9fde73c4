"""A grammar at work: which token may come next in a call, and which is taken instead of one that may not.

The model chooses first; the grammar is asked about that one token, and looks at others only when it refuses.
"""

import ctypes
import weakref
from collections import OrderedDict
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from assistant.errors import EngineError
from assistant.think.llm.llm_gbnf import check

FIRST = 64
"""Likeliest tokens that the grammar looks at before it looks at all."""
LEAST_WILL = 1e-3
"""Probability the model must give to all that the grammar allows; below it, it wants something else."""
_KEPT = 4
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Constraints:
    """Grammars read once and copied for each call."""

    def __init__(self, vocabulary: Any) -> None:
        self._vocabulary = vocabulary
        self._read: OrderedDict[str, Constraint] = OrderedDict()

    def begin(self, grammar: str) -> "Constraint":
        """A grammar at its beginning. EngineError if llama.cpp could not survive it."""
        if grammar not in self._read:
            check(grammar)
            made = llama_cpp.llama_sampler_init_grammar(self._vocabulary, grammar.encode(), b"root")
            if not made:
                raise EngineError("llama.cpp does not read the grammar of the tools.")
            self._read[grammar] = Constraint(made)
        self._read.move_to_end(grammar)
        while len(self._read) > _KEPT:
            self._read.popitem(last=False)
        return self._read[grammar].copy()


class Constraint:
    """Where one call stands in the grammar."""

    def __init__(self, sampler: Any) -> None:
        self._sampler = sampler
        weakref.finalize(self, llama_cpp.llama_sampler_free, sampler)

    def copy(self) -> "Constraint":
        """Another one at the same place."""
        return Constraint(llama_cpp.llama_sampler_clone(self._sampler))

    def allows(self, token: int) -> bool:
        """Whether the token may come next."""
        return bool(self._allowed(np.array([token], np.int32))[0])

    def accept(self, token: int) -> None:
        """Go on; only a token that is allowed, as another would end the process."""
        llama_cpp.llama_sampler_accept(self._sampler, token)

    def best(self, logits: npt.NDArray[np.float32]) -> int | None:
        """The likeliest token that is allowed; None when the model wants none of them."""
        first = np.argpartition(logits, -FIRST)[-FIRST:] if len(logits) > FIRST else np.arange(len(logits))
        tokens = first.astype(np.int32)
        allowed = tokens[self._allowed(tokens)]
        if not len(allowed):
            every = np.arange(len(logits), dtype=np.int32)
            allowed = every[self._allowed(every)]
        if not len(allowed) or _will(logits, allowed) < LEAST_WILL:
            return None
        return int(allowed[np.argmax(logits[allowed])])

    def _allowed(self, tokens: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        candidates = np.zeros(len(tokens), _CANDIDATE)
        candidates["id"] = tokens
        place = candidates.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        array = llama_cpp.llama_token_data_array(place, len(tokens), -1, False)
        llama_cpp.llama_sampler_apply(self._sampler, ctypes.byref(array))
        return np.asarray(np.isfinite(candidates["logit"]))


def _will(logits: npt.NDArray[np.float32], allowed: npt.NDArray[np.int32]) -> float:
    """How much of the model's own wish the allowed tokens are."""
    top = float(logits.max())
    wished = np.exp(logits[allowed].astype(np.float64) - top).sum()
    return float(wished / np.exp(logits.astype(np.float64) - top).sum())

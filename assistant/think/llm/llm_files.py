"""The files a runtime is made of: a model, and beside it an adapter that a household's own phrases taught."""

import ctypes
from pathlib import Path
from typing import Any

import llama_cpp

from assistant.errors import EngineError, ModelMissing


def check_gguf(path: Path) -> None:
    """ModelMissing where it is absent, or no GGUF."""
    if not path.is_file():
        raise ModelMissing(
            f"The language model {path} is not here. Fix: assistant setup, or correct `model`."
        )
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelMissing(f"{path} is not a GGUF file. Fix: download it again.")


def adapt(model: Any, context: Any, adapter: Path) -> None:
    """Let the context answer with the adapter. ModelMissing: no such file; EngineError: it doesn't fit.

    llama.cpp frees it with the model.
    """
    if not adapter.is_file():
        raise ModelMissing(f"{adapter}: there is no such adapter; check `mind.llm.adapter` in the settings")
    made = llama_cpp.llama_adapter_lora_init(model, str(adapter).encode())
    if not made:
        raise EngineError(
            f"{adapter} does not fit the model. Fix: train it on this very GGUF (./scripts/make_kit adapt), "
            "or take `mind.llm.adapter` out of the settings."
        )
    held = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(made)
    if llama_cpp.llama_set_adapters_lora(context, held, 1, (ctypes.c_float * 1)(1.0)) != 0:
        raise EngineError(f"llama.cpp does not take {adapter} beside the model.")

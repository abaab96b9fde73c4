"""A catalogue LLM's GGUF → what its adapter learns from: weights, and talks in its own template's form."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np

from assistant.think.llm.llm_runtime import Runtime
from kit.dialogues import talked, written_by

HOMES, ASKS, MORE = 60, 12, 12
LONGEST = 3_000
"""Tokens of a talk; longer ones are left out."""
KNOWN = ("llama", "qwen2", "qwen3")


def prepare(model: Path, folder: Path, told: Callable[[str], None], *, homes: int = HOMES) -> None:
    """`folder`/model.npz and talks.npz. ValueError: a model of a kind unknown here, or without a template."""
    folder.mkdir(parents=True, exist_ok=True)
    read = gguf.GGUFReader(model)
    form = _form(read, model)
    weights = {
        tensor.name: np.asarray(gguf.quants.dequantize(tensor.data, tensor.tensor_type)).astype(np.float16)
        for tensor in read.tensors
    }
    words = np.frombuffer(json.dumps(form).encode(), np.uint8)
    np.savez(folder / "model.npz", form=words, **{f"w/{name}": each for name, each in weights.items()})  # type: ignore[arg-type]
    told(f"{len(weights)} weights of {model.name}")
    runtime = Runtime(model, 512, 1)
    template, end = runtime.template(), runtime.mark(end=True)
    if template is None:
        raise ValueError(f"{model} carries no chat template. Fix: take one that does.")
    written = written_by(template, runtime.mark(end=False), end, runtime.special())
    rows: list[list[int]] = []
    starts: list[int] = []
    for seed in range(homes):
        for rounds in asyncio.run(talked(seed, ASKS, MORE, written=written)):
            for prompt, reply in ((runtime.tokens(r.prompt), runtime.tokens(r.reply + end)) for r in rounds):
                if len(prompt) + len(reply) <= LONGEST:
                    rows.append([*prompt, *reply])
                    starts.append(len(prompt))
        told(f"home {seed + 1} of {homes}")
    ends = np.cumsum([len(row) for row in rows])
    np.savez(folder / "talks.npz", tokens=np.concatenate(rows).astype(np.int32), ends=ends, starts=starts)


def _form(read: gguf.GGUFReader, model: Path) -> dict[str, str | int | float]:
    def field(name: str, other: float | None = None) -> float:
        found = read.get_field(f"{architecture}.{name}")
        if found is None and other is None:
            raise ValueError(f"{model} does not tell its {name}.")
        return float(found.contents() if found is not None else other)  # type: ignore[arg-type]

    named = read.get_field("general.architecture")
    architecture = str(named.contents()) if named is not None else ""
    if architecture not in KNOWN:
        raise ValueError(f"{model} is of the kind {architecture!r}. Fix: one of {', '.join(KNOWN)}.")
    heads, width = int(field("attention.head_count")), int(field("embedding_length"))
    return {
        "architecture": architecture,
        "layers": int(field("block_count")),
        "heads": heads,
        "key_heads": int(field("attention.head_count_kv", heads)),
        "head_width": int(field("attention.key_length", width // heads)),
        "epsilon": field("attention.layer_norm_rms_epsilon", 1e-5),
        "theta": field("rope.freq_base", 10_000.0),
    }


def pack_adapter(state: Path, model: Path, place: Path) -> None:
    """What was learnt → a GGUF adapter: `llama_cpp` takes it beside the model it was trained on."""
    with np.load(model, allow_pickle=False) as found:
        form = json.loads(found["form"].tobytes())
    with np.load(state, allow_pickle=False) as found:
        told = json.loads(found["told"].tobytes())
        learnt = {name[2:]: found[name].astype(np.float32) for name in found.files if name.startswith("w/")}
    writer = gguf.GGUFWriter(place, form["architecture"])
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", told["alpha"])
    for name, value in learnt.items():
        block, _, rest = name.removeprefix("blk.").partition(".parts.")
        part, _, side = rest.partition(".")
        writer.add_tensor(f"blk.{block}.{part}.weight.{side}", value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

"""A policy: a causal language model of transformers, sharded over the processes, that scores the tokens of answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor
from torch.utils.checkpoint import checkpoint
from transformers import AutoConfig, AutoModelForCausalLM

from longstream_torch import attention
from longstream_torch.adapter import Adapter, Matrices, is_matrix
from longstream_torch.files import StoredTensors, Tensors
from longstream_torch.group import Group
from longstream_torch.scores import scores
from longstream_torch.tree import Layout
from longstream_torch.wire import Refused


@dataclass(frozen=True)
class Computing:
    """How policies compute: the type of matrix products, and whether a layer is computed again in the backward pass."""

    dtype: torch.dtype
    recompute_layers: bool


class Policy(nn.Module):
    """A causal language model whose forward pass gives log-probabilities and entropies of answer tokens.

    Weights in training are float32 and sharded by rows; each process has ``ceil(rows / processes)`` or fewer of each.
    With bfloat16, a layer's weights are rounded when they are gathered, and gradients are summed in float32.
    Beside an adapter the weights of the base are kept in the type of matrix products.
    """

    def __init__(self, model: nn.Module, tensors: Tensors, group: Group, adapter: Adapter | None) -> None:
        """Wrap a model whose layers are sharded already; see ``load``."""
        super().__init__()
        self.model = model
        self.tensors = tensors
        self.group = group
        self.adapter = adapter

    @property
    def vocabulary(self) -> int:
        """Return the number of token ids."""
        return self.model.config.vocab_size

    def sharded(self) -> dict[str, DTensor]:
        """Return the sharded parameters that training changes, by name: all, or those of the adapter.

        Ask for all before the first forward pass, and keep them. An adapter's are in layers, which are gathered only
        during a pass.
        """
        everything = self.model.named_parameters()
        return {name: weight for name, weight in everything if self.adapter is None or is_matrix(name)}

    def own_rows(self, weight: DTensor) -> tuple[int, int]:
        """Return the first row of a sharded weight that this process has, and the row after its last one."""
        rows = weight.shape[0]
        share = -(-rows // self.group.size)
        return min(self.group.rank * share, rows), min((self.group.rank + 1) * share, rows)

    def shard_of(self, matrices: Matrices) -> dict[str, torch.Tensor]:
        """Return this process's rows of other values of the adapter."""
        shards = {}
        for name, weight in self.sharded().items():
            begin, end = self.own_rows(weight)
            shards[name] = matrices.tensor(name)[begin:end].to(self.group.device, torch.float32)
        return shards

    @contextmanager
    def with_adapter(self, shards: Mapping[str, torch.Tensor]) -> Iterator[None]:
        """Compute with other values of the adapter, as ``shard_of`` returns them. No graph may be kept meanwhile."""
        weights = {name: weight.to_local() for name, weight in self.sharded().items()}
        own = {name: weight.detach().clone() for name, weight in weights.items()}
        try:
            for name, weight in weights.items():
                weight.copy_(shards[name])
            yield
        finally:
            for name, weight in weights.items():
                weight.copy_(own[name])

    def forward(
        self,
        ids: torch.Tensor,
        positions: torch.Tensor,
        end: torch.Tensor,
        rows: torch.Tensor,
        targets: torch.Tensor,
        temperature: float,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return log-probability and entropy of each target; ``Layout`` describes the arguments."""
        hidden = self.model.model(
            input_ids=ids[None], position_ids=positions[None], attention_mask=attention.mask(end), use_cache=False
        ).last_hidden_state[0]
        return scores(hidden[rows], self.model.lm_head.weight, targets, temperature)

    def score(self, layout: Layout, temperature: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Run the forward pass of a layout."""
        ids, positions, end = layout.ids, layout.positions, layout.end
        tensors = [torch.from_numpy(part) for part in (ids, positions, end)]
        if self.group.device_type == "cuda":  # a padded token sees itself alone, and nobody else sees it
            padding = -ids.size % attention.BLOCK
            own_end = torch.arange(ids.size + 1, ids.size + padding + 1)
            tensors = [
                torch.cat([tensors[0], torch.zeros(padding, dtype=torch.int64)]),
                torch.cat([tensors[1], torch.zeros(padding, dtype=torch.int64)]),
                torch.cat([tensors[2], own_end]),
            ]
        tensors += [torch.from_numpy(layout.rows), torch.from_numpy(layout.targets)]
        return self(*(tensor.to(self.group.device) for tensor in tensors), temperature)


def load(
    folder: Path, tensors: Tensors, group: Group, computing: Computing, trained: bool, adapter: Adapter | None = None
) -> Policy:
    """Load a policy and shard it layer by layer, so that no process ever has all of it.

    ``tensors`` are the names and shapes that the trainer expects; Refused if the model has others. What is not trained
    is kept in the type of matrix products: a frozen policy, and the base of an adapter.
    """
    model, stored = group.agree(partial(_skeleton, folder, tensors, group, adapter))
    model.requires_grad_(trained and adapter is None)
    model.eval()  # no dropout
    kept = torch.float32 if trained and adapter is None else computing.dtype
    policy = MixedPrecisionPolicy()
    if computing.dtype != torch.float32:
        policy = MixedPrecisionPolicy(param_dtype=computing.dtype, reduce_dtype=torch.float32)
    shard = partial(fully_shard, mesh=group.mesh, mp_policy=policy, reshard_after_forward=True)
    names = [name for name, _ in tensors]
    for number, layer in enumerate(model.model.layers):
        prefix = f"model.layers.{number}."
        own = [name for name in names if name.startswith(prefix)]
        _assign(layer, {name.removeprefix(prefix): stored.tensor(name) for name in own}, kept, group)
        if adapter is not None:
            matrices = [name for name, _ in adapter.tensors if name.startswith(prefix)]
            values = {name.removeprefix(prefix): adapter.matrices.tensor(name) for name in matrices}
            _assign(layer, values, torch.float32 if trained else computing.dtype, group)
            for name in values:
                layer.get_parameter(name).requires_grad_(trained)
        names = [name for name in names if name not in own]
        if computing.recompute_layers and trained:
            layer.forward = _recomputed(layer.forward)
        shard(layer)
    _assign(model, {name: stored.tensor(name) for name in names}, kept, group)
    if model.config.tie_word_embeddings:
        model.lm_head.weight = model.model.embed_tokens.weight
    model.model.embed_tokens.padding_idx = None  # it would keep the gradient from a token that texts do contain
    model.model.rotary_emb = type(model.model.rotary_emb)(config=model.config).to(group.device)
    whole = Policy(model, tensors if adapter is None else adapter.tensors, group, adapter)
    shard(whole)
    # Gradients of the processes' parts are added up; FSDP2 would average them.
    for module in [*model.model.layers, whole]:
        module.set_gradient_divide_factor(1.0)
        module.set_force_sum_reduction_for_comms(True)
    return whole


def _skeleton(folder: Path, tensors: Tensors, group: Group, adapter: Adapter | None) -> tuple[nn.Module, StoredTensors]:
    """Return the model without its weights, and the files that hold those of the base."""
    stored = StoredTensors(folder)
    stored.require(tensors)
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(
                config, attn_implementation=attention.implementation(group.device_type), dtype=torch.float32
            )
    except (OSError, ValueError, KeyError) as e:
        raise Refused("request", f"transformers cannot make a model of {folder}/config.json: {e}") from e
    own = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
    wanted = {name: tuple(shape) for name, shape in tensors}
    if own != wanted:
        differences = sorted(set(own.items()) ^ set(wanted.items()))[:5]
        raise Refused(
            "request",
            f"{folder}: transformers' {type(model).__name__} and the trainer expect different tensors: {differences}",
        )
    if adapter is not None:
        adapter.add_to(model)
    return model, stored


def _assign(module: nn.Module, values: dict[str, torch.Tensor], dtype: torch.dtype, group: Group) -> None:
    module.load_state_dict(
        {name: value.to(group.device, dtype) for name, value in values.items()}, assign=True, strict=False
    )


def _recomputed(forward: Callable[..., Any]) -> Callable[..., Any]:
    """Return a forward pass that keeps its input only. FSDP2's hooks stay outside of it."""

    def recomputing(*inputs: Any, **named: Any) -> Any:  # noqa: ANN401
        return checkpoint(forward, *inputs, use_reentrant=False, **named)

    return recomputing

"""Gradients and steps that transformers and torch computed; set LONGSTREAM_GOLDENS to their folder."""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from batches import message
from safetensors.torch import load_file
from torch.distributed.tensor import Shard, distribute_tensor
from transformers import AutoModelForCausalLM

from longstream_torch.models import TrainedModel
from longstream_torch.optimizer import Optimizer, Settings
from longstream_torch.policy import Computing, load
from longstream_torch.wire import Message

GOLDENS = Path(os.environ.get("LONGSTREAM_GOLDENS", "/nonexistent"))
pytestmark = pytest.mark.skipif(not GOLDENS.is_dir(), reason="LONGSTREAM_GOLDENS names no folder")


@pytest.mark.parametrize("name", ["llama-gqa", "qwen2"])
def test_gradients_of_a_group(name, alone):
    folder = GOLDENS / "models" / name
    golden = load_file(folder / "gradient-group.safetensors")
    plain = AutoModelForCausalLM.from_pretrained(folder)
    tensors = [(name, tuple(p.shape)) for name, p in plain.named_parameters()]
    policy = load(folder, tensors, alone, Computing(torch.float32, False), True)
    model = TrainedModel(policy, Settings(0.9, 0.999, 1e-8, 0, False))
    sharded = policy.sharded()
    answers = [golden[f"answer{i}.ids"].tolist() for i in range(4)]
    reply = model.forward(message([(golden["prompt_ids"].tolist(), answers)], temperature=1))
    expected = torch.cat([golden[f"answer{i}.logprobs"] for i in range(4)]).numpy()
    np.testing.assert_allclose(reply.arrays["log-probs"], expected, atol=1e-4)
    weights = torch.cat([golden[f"answer{i}.weights"] for i in range(4)]).numpy()
    model.backward(Message(arrays={"log-probs": -weights}))
    for name, parameter in sharded.items():
        gradient = golden[f"grad.{name}"]
        assert (parameter.grad.full_tensor() - gradient).abs().max() < 1e-4 * gradient.abs().max(), name


def test_three_steps_of_adamw(alone):
    golden = load_file(GOLDENS / "adamw.safetensors")
    parameter = torch.nn.Parameter(distribute_tensor(golden["param.0"].clone(), alone.mesh, [Shard(0)]))
    policy = SimpleNamespace(group=alone, tensors=[("w", (5, 3))], sharded=lambda: {"w": parameter})
    optimizer = Optimizer(policy, Settings(0.9, 0.999, 1e-8, 0.1, False))
    for step in (1, 2, 3):
        parameter.grad = distribute_tensor(golden[f"grad.{step}"].clone(), alone.mesh, [Shard(0)])
        optimizer.step(0.01, float("inf"))
        torch.testing.assert_close(optimizer.weight("w").detach(), golden[f"param.{step}"], atol=1e-6, rtol=0)

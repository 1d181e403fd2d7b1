"""Adapters, beside plain transformers with the adapter merged into its base."""

import copy

import numpy as np
import pytest
import torch
from batches import SETTINGS, derivatives, described, message, plain_gradients, separately
from safetensors.torch import load_file

from longstream_torch.adapter import PREFIX, Adapter
from longstream_torch.calls import Calls
from longstream_torch.models import TrainedModel
from longstream_torch.policy import Computing
from longstream_torch.wire import Message, Refused

STEP = Message({"learning-rate": 0.05, "max-gradient-norm": 1})
SCALE = 5 / 2


@pytest.fixture
def adapted(opened, tensors, alone):
    def open_(**options):
        fields = {key: options.pop(key) for key in ("seed", "folder") if key in options}
        policy = opened(adapter=Adapter.of(described(tensors, **fields), alone), **options)
        return TrainedModel(policy, SETTINGS), policy.sharded()

    return open_


def step(model, seed=3):
    model.forward(message())
    model.backward(Message(arrays=derivatives(seed=seed)))
    return float(model.step(STEP).arrays["norm"][0])


def merged(plain, matrices):
    """Return a copy of a plain model with W + scale · B A in place of each target."""
    other = copy.deepcopy(plain)
    with torch.no_grad():
        for name, a in matrices.items():
            if name.endswith(".lora_A.weight"):
                target = name.removesuffix(".lora_A.weight")
                product = matrices[target + ".lora_B.weight"].full_tensor() @ a.full_tensor()
                other.get_parameter(target + ".weight").add_(SCALE * product)
    return other


def test_a_new_adapter_changes_nothing_and_has_the_values_of_the_embedded_learner(adapted, plain):
    model, matrices = adapted()
    np.testing.assert_allclose(
        model.score(message()).arrays["log-probs"], separately(plain)[0].detach().numpy(), atol=1e-5
    )
    assert len(matrices) == 2 * 2 * 3
    first = matrices["model.layers.0.self_attn.q_proj.lora_A.weight"].full_tensor()
    assert first.shape == (2, 32)
    assert first[0, :3].tolist() == np.array([0.1746875, 0.13762966, -0.15408869], np.float32).tolist()
    assert not matrices["model.layers.2.mlp.up_proj.lora_B.weight"].full_tensor().any()


@pytest.mark.parametrize("recompute", [False, True])
def test_scores_and_gradients_are_those_of_the_merged_policy(adapted, plain, recompute):
    model, matrices = adapted(recompute=recompute)
    step(model)
    other = merged(plain, matrices)
    reply = model.forward(message())
    np.testing.assert_allclose(reply.arrays["log-probs"], separately(other)[0].detach().numpy(), atol=1e-4)
    model.backward(Message(arrays=derivatives()))
    gradients = plain_gradients(other, derivatives())
    for name, matrix in matrices.items():
        target, which = name.removesuffix(".weight").rsplit(".", 1)
        of_weight = gradients[target + ".weight"]
        if which == "lora_A":
            expected = SCALE * matrices[target + ".lora_B.weight"].full_tensor().T @ of_weight
        else:
            expected = SCALE * of_weight @ matrices[target + ".lora_A.weight"].full_tensor().T
        assert (matrix.grad.full_tensor() - expected).abs().max() < 1e-4 * expected.abs().max(), name


def test_bfloat16_keeps_float32_matrices_beside_a_rounded_base(adapted, plain):
    model, matrices = adapted(dtype=torch.bfloat16, recompute=True)
    step(model)
    step(model)
    assert all(matrix.dtype == torch.float32 for matrix in matrices.values())
    assert {p.dtype for p in model.policy.parameters() if not p.requires_grad} == {torch.bfloat16}
    own = model.score(message()).arrays["log-probs"]
    assert np.abs(own - separately(merged(plain, matrices))[0].detach().numpy()).max() < 0.3


def test_training_goes_on_from_the_files_of_a_version(adapted, tmp_path):
    model, _ = adapted()
    step(model)
    model.write_model(Message({"folder": str(tmp_path), "stored": "F32"}))
    model.write_moments(Message({"file": str(tmp_path / "moments")}))
    written = load_file(tmp_path / "adapter_model.safetensors")
    assert len(written) == 12
    assert all(name.startswith(PREFIX + "model.layers.") for name in written)
    assert len(load_file(tmp_path / "moments")) == 2 * 12 + 1
    other, matrices = adapted(folder=str(tmp_path))
    other.read_moments(Message({"file": str(tmp_path / "moments")}))
    for name, matrix in matrices.items():
        assert torch.equal(matrix.full_tensor(), written[PREFIX + name])
    assert step(other, 4) == step(model, 4)
    np.testing.assert_array_equal(
        other.score(message()).arrays["log-probs"], model.score(message()).arrays["log-probs"]
    )
    with pytest.raises(Refused, match="written as it is trained"):
        model.write_model(Message({"folder": str(tmp_path), "stored": "BF16"}))


def test_a_reference_shares_the_base_and_leaves_the_training_alone(folder, tensors, alone, plain):
    calls = Calls(alone, Computing(torch.float32, False))
    optimizer = {"beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weight-decay": 0.1, "weight-decay-on": "matrices"}
    opening = {"weights": str(folder), "tensors": tensors, "adapter": described(tensors), "optimizer": optimizer}
    trained = calls.execute("open", Message(opening)).fields["model"]
    for _ in range(2):
        calls.execute("forward", message(model=trained))
        calls.execute("backward", Message({"model": trained}, derivatives()))
        calls.execute("step", Message({"model": trained, **STEP.fields}))
    before = calls.execute("score", message(model=trained)).arrays["log-probs"]
    sharing = {"base-of": trained, "adapter": described(tensors, seed=8)}
    reference = calls.execute("open", Message(sharing)).fields["model"]
    of_base = separately(plain)[0].detach().numpy()
    np.testing.assert_allclose(calls.execute("score", message(model=reference)).arrays["log-probs"], of_base, atol=1e-5)
    assert np.abs(before - of_base).max() > 1e-2
    np.testing.assert_array_equal(calls.execute("score", message(model=trained)).arrays["log-probs"], before)
    with pytest.raises(Refused, match="no adapter of the shape"):
        calls.execute("open", Message({**sharing, "adapter": described(tensors, rank=3)}))


def test_matrices_that_the_model_does_not_have_are_refused(opened, tensors, alone, tmp_path):
    wrong = described(tensors, rank=2)
    wrong["rank"] = 3
    with pytest.raises(Refused, match="different matrices of adapters"):
        opened(adapter=Adapter.of(wrong, alone))
    with pytest.raises(Refused, match="cannot be read"):
        Adapter.of(described(tensors, folder=str(tmp_path)), alone)

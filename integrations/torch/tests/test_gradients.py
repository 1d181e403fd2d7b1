import numpy as np
import pytest
import torch
from batches import SETTINGS, derivatives, message, plain_gradients, separately

from longstream_torch.models import TrainedModel
from longstream_torch.wire import Message, Refused


def largest_difference(gradients, expected):
    return max(float((gradients[name] - value).abs().max() / value.abs().max()) for name, value in expected.items())


@pytest.mark.parametrize("recompute", [False, True])
def test_scores_and_gradients_are_those_of_separate_sequences(opened, plain, recompute):
    policy = opened(recompute=recompute)
    model = TrainedModel(policy, SETTINGS)
    sharded = policy.sharded()
    reply = model.forward(message())
    log_probs, entropies = (part.detach().numpy() for part in separately(plain))
    np.testing.assert_allclose(reply.arrays["log-probs"], log_probs, atol=1e-5)
    np.testing.assert_allclose(reply.arrays["entropies"], entropies, atol=1e-5)
    model.backward(Message(arrays=derivatives()))
    gradients = {name: parameter.grad.full_tensor() for name, parameter in sharded.items()}
    assert largest_difference(gradients, plain_gradients(plain, derivatives())) < 1e-5


def test_gradients_add_up_and_scoring_between_changes_nothing(opened, plain):
    policy = opened()
    model = TrainedModel(policy, SETTINGS)
    sharded = policy.sharded()
    for _ in range(2):
        model.forward(message())  # without a backward pass
        model.forward(message())
        model.backward(Message(arrays=derivatives()))
        model.score(message())
    expected = {name: 2 * value for name, value in plain_gradients(plain, derivatives()).items()}
    gradients = {name: parameter.grad.full_tensor() for name, parameter in sharded.items()}
    assert largest_difference(gradients, expected) < 1e-5


def test_a_step_moves_the_weights_like_plain_adamw(opened, plain, tensors, folder):
    from transformers import LlamaForCausalLM

    other = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)
    matrices = [p for p in other.parameters() if p.dim() > 1]
    vectors = [p for p in other.parameters() if p.dim() == 1]
    adamw = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
        betas=(0.9, 0.95),
        eps=1e-8,
        lr=0.01,
    )
    policy = opened()
    model = TrainedModel(policy, SETTINGS)
    sharded = policy.sharded()
    for seed in range(3):
        plain_gradients(other, derivatives(seed=seed))
        norm = torch.nn.utils.get_total_norm([p.grad for p in other.parameters()])
        for parameter in other.parameters():
            parameter.grad *= 0.5 / norm
        adamw.step()
        model.score(message())
        model.forward(message())
        model.backward(Message(arrays=derivatives(seed=seed)))
        reply = model.step(Message({"learning-rate": 0.01, "max-gradient-norm": 0.5}))
        assert reply.arrays["norm"][0] == pytest.approx(float(norm), rel=1e-4)
    for name, parameter in other.named_parameters():
        torch.testing.assert_close(sharded[name].full_tensor(), parameter.detach(), atol=2e-4, rtol=0)
    model.forward(message())
    np.testing.assert_allclose(
        model.forward(message()).arrays["log-probs"], separately(other)[0].detach().numpy(), atol=2e-3
    )


def test_a_gradient_that_is_not_finite_changes_nothing(opened):
    policy = opened()
    model = TrainedModel(policy, SETTINGS)
    sharded = policy.sharded()
    before = {name: parameter.full_tensor().clone() for name, parameter in sharded.items()}
    model.forward(message())
    weights = derivatives()
    weights["log-probs"][0] = np.nan
    model.backward(Message(arrays=weights))
    assert np.isnan(model.step(Message({"learning-rate": 0.1, "max-gradient-norm": 1})).arrays["norm"][0])
    assert all(torch.equal(before[name], parameter.full_tensor()) for name, parameter in sharded.items())
    with pytest.raises(Refused, match="no gradient was accumulated"):
        model.step(Message({"learning-rate": 0.1, "max-gradient-norm": 1}))


def test_bfloat16_keeps_float32_masters_and_gradients(opened, plain):
    policy = opened(torch.bfloat16, recompute=True)
    model = TrainedModel(policy, SETTINGS)
    sharded = policy.sharded()
    reply = model.forward(message())
    assert np.abs(reply.arrays["log-probs"] - separately(plain)[0].detach().numpy()).max() < 0.3
    model.backward(Message(arrays=derivatives()))
    assert all(p.dtype == p.grad.dtype == torch.float32 for p in sharded.values())
    expected = plain_gradients(plain, derivatives())
    for name, parameter in sharded.items():
        own = parameter.grad.full_tensor().flatten()
        assert torch.cosine_similarity(own, expected[name].flatten(), 0) > 0.98, name


def test_a_micro_batch_that_does_not_add_up_is_refused(opened):
    model = TrainedModel(opened(), SETTINGS)
    wrong = message()
    wrong.arrays["answer-lengths"][0] += 1
    with pytest.raises(Refused, match="as counts and lengths say"):
        model.score(wrong)
    with pytest.raises(Refused, match="outside the vocabulary of 50"):
        model.score(message([([50], [[1]])]))
    with pytest.raises(Refused, match="without a forward pass"):
        model.backward(Message(arrays=derivatives()))

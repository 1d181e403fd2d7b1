"""Fixtures: a tiny policy in a folder, and this process as the only one of a group."""

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from longstream_torch.group import Group
from longstream_torch.policy import Computing, load

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def alone():
    group = Group("cpu")
    yield group
    group.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=50,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        pad_token_id=2,
    )
    place = tmp_path_factory.mktemp("policy")
    model = LlamaForCausalLM(config)
    for name, parameter in model.named_parameters():
        if "norm" in name:
            torch.nn.init.normal_(parameter, 1, 0.1)
        else:
            torch.nn.init.normal_(parameter, 0, 0.2)
    model.save_pretrained(place)
    return place


@pytest.fixture(scope="session")
def plain(folder):
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)


@pytest.fixture(scope="session")
def tensors(plain):
    return [(name, tuple(parameter.shape)) for name, parameter in plain.named_parameters()]


@pytest.fixture
def opened(folder, tensors, alone):
    def open_(dtype=torch.float32, recompute=False, adapter=None):
        return load(folder, tensors, alone, Computing(dtype, recompute), True, adapter)

    return open_

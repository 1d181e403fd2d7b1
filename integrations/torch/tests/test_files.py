import hashlib

import pytest
import torch
from batches import SETTINGS, derivatives, message
from safetensors.torch import load_file

from longstream_torch.files import StoredTensors, existing_folder
from longstream_torch.models import TrainedModel
from longstream_torch.wire import Message, Refused


def trained(opened):
    model = TrainedModel(opened(), SETTINGS)
    model.forward(message())
    model.backward(Message(arrays=derivatives()))
    model.step(Message({"learning-rate": 0.01, "max-gradient-norm": 1}))
    return model


def test_weights_are_written_in_the_trainers_order(opened, folder, tensors, tmp_path):
    model = TrainedModel(opened(), SETTINGS)
    reply = model.write_model(Message({"folder": str(tmp_path), "stored": "F32"}))
    file = tmp_path / "model.safetensors"
    assert reply.fields == {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "bytes": file.stat().st_size,
    }
    written, original = load_file(file), load_file(folder / "model.safetensors")
    assert set(written) == {name for name, _ in tensors}
    assert all(torch.equal(written[name], original[name]) for name in written)
    header = file.read_bytes()[8 : 8 + int.from_bytes(file.read_bytes()[:8], "little")].decode()
    assert header.startswith(
        '{"__metadata__":{"format":"pt"},"model.embed_tokens.weight":{"dtype":"F32","shape":[50,32]'
    )


def test_rounded_weights_are_rounded_to_nearest(opened, folder, tmp_path):
    model = TrainedModel(opened(), SETTINGS)
    model.write_model(Message({"folder": str(tmp_path), "stored": "BF16"}))
    written, original = load_file(tmp_path / "model.safetensors"), load_file(folder / "model.safetensors")
    assert all(torch.equal(value, original[name].bfloat16()) for name, value in written.items())


def test_moments_that_are_read_continue_the_training(opened, tmp_path):
    one = trained(opened)
    one.write_moments(Message({"file": str(tmp_path / "moments")}))
    one.write_model(Message({"folder": str(tmp_path), "stored": "F32"}))
    stored = load_file(tmp_path / "moments")
    assert stored["step"].tolist() == [1.0]
    one.forget_moments(Message())
    one.write_moments(Message({"file": str(tmp_path / "forgotten")}))
    assert all(not value.any() for value in load_file(tmp_path / "forgotten").values())
    one.read_moments(Message({"file": str(tmp_path / "moments")}))
    one.write_moments(Message({"file": str(tmp_path / "again")}))
    assert (tmp_path / "again").read_bytes() == (tmp_path / "moments").read_bytes()


def test_moments_of_another_model_are_refused(opened, tmp_path, folder):
    model = trained(opened)
    with pytest.raises(Refused, match=r"exp_avg\.model\.embed_tokens\.weight has shape None"):
        model.read_moments(Message({"file": str(folder / "model.safetensors")}))


def test_a_folder_that_is_not_here_is_refused(opened, tmp_path):
    with pytest.raises(Refused, match="under the same absolute path"):
        existing_folder(str(tmp_path / "elsewhere"))
    with pytest.raises(Refused, match="under the same absolute path"):
        TrainedModel(opened(), SETTINGS).write_model(Message({"folder": "/no/such", "stored": "F32"}))
    with pytest.raises(Refused, match="cannot be read"):
        StoredTensors(tmp_path)

"""The service as a trainer meets it: real processes, alone and by torchrun."""

import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import numpy as np
import pytest
from batches import derivatives, described, message

from longstream_torch.wire import PROTOCOL, Message


class Client:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/v1/"
        self.session, self.sequence = "", 0

    def post(self, name, body):
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + name, body), timeout=120) as reply:
                return Message.decode(reply.read())
        except urllib.error.HTTPError as e:
            return json.load(e)["error"]

    def call(self, name, arrays=None, **fields):
        self.sequence += 1
        content = {"session": self.session, "sequence": self.sequence, **fields}
        return self.post(name, Message(content, arrays or {}).encode())

    def open(self, folder, tensors, **adapter):
        self.session = self.post("begin", Message({"client": "test"}).encode()).fields["session"]
        self.sequence = 0
        settings = {"beta1": 0.9, "beta2": 0.95, "epsilon": 1e-8, "weight-decay": 0.1, "weight-decay-on": "matrices"}
        return self.call("open", weights=str(folder), tensors=tensors, optimizer=settings, **adapter).fields["model"]

    def step(self, model):
        batch = message(model=model)
        scores = self.call("forward", batch.arrays, **batch.fields)
        self.call("backward", derivatives(), model=model)
        reply = self.call("step", model=model, **{"learning-rate": 0.01, "max-gradient-norm": 1.0})
        return scores.arrays["log-probs"], float(reply.arrays["norm"][0])


@contextmanager
def service(processes, *options):
    started = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    if processes == 1:
        started = [sys.executable]
    command = [*started, "-m", "longstream_torch", "--port", "0", "--device", "cpu", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
    try:
        for line in process.stderr:
            listening = re.search(r"learner on http://127.0.0.1:(\d+)", line)
            if listening:
                yield process, Client(int(listening[1]))
                return
        raise AssertionError("the service ended before it listened")
    finally:
        process.terminate()
        process.communicate(timeout=60)


def environment():
    import os

    return {**os.environ, "OMP_NUM_THREADS": "1", "LONGSTREAM_KEY": "secret"}


def run(processes, folder, tensors, place, adapter):
    with service(processes) as (_, client):
        model = client.open(folder, tensors, **adapter)
        steps = [client.step(model) for _ in range(3)]
        if adapter:
            other = client.call("open", **{"base-of": model}, **adapter).fields["model"]
            batch = message(model=other)
            steps.append((client.call("score", batch.arrays, **batch.fields).arrays["log-probs"], 0.0))
        client.call("write-model", model=model, folder=str(place), stored="F32")
        client.call("write-moments", model=model, file=str(place / "moments.safetensors"))
    return steps


@pytest.mark.parametrize("name", ["model.safetensors", "adapter_model.safetensors"])
def test_two_processes_take_the_steps_of_one(name, folder, tensors, tmp_path):
    from safetensors.numpy import load_file

    adapter = {"adapter": described(tensors, rank=3)} if name.startswith("adapter") else {}
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    for alone, shared in zip(run(1, folder, tensors, one, adapter), run(2, folder, tensors, two, adapter), strict=True):
        np.testing.assert_allclose(shared[0], alone[0], atol=1e-4)
        assert shared[1] == pytest.approx(alone[1], rel=1e-4)
    for file in (name, "moments.safetensors"):
        alone, shared = load_file(one / file), load_file(two / file)
        assert list(alone) == list(shared)
        for key, values in alone.items():
            np.testing.assert_allclose(shared[key], values, atol=2e-4, err_msg=key)


def test_the_service_ends_when_one_process_is_killed(folder, tensors):
    with service(2) as (process, client):
        model = client.open(folder, tensors)
        client.step(model)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True)
        last = sorted(map(int, children.stdout.split()))[-1]
        subprocess.run(["kill", "-9", str(last)], check=True)
        assert process.wait(timeout=60) == 1
        with pytest.raises(urllib.error.URLError):
            client.step(model)


def test_torchrun_starts_the_processes_again_when_the_first_one_is_killed(folder, tensors):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "--max-restarts=1"]
    command += ["-m", "longstream_torch", "--port", str(port), "--device", "cpu"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
    try:
        starts = (line for line in process.stderr if "learner on http" in line)
        next(starts)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True)
        subprocess.run(["kill", "-9", min(children.stdout.split(), key=int)], check=True)
        next(starts)
        client = Client(port)
        client.step(client.open(folder, tensors))
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_no_call_is_applied_twice_and_unknown_sessions_are_refused(folder, tensors):
    with service(1) as (_, client):
        with urllib.request.urlopen(client.url + "hello") as reply:
            assert json.load(reply)["protocol"] == PROTOCOL
        model = client.open(folder, tensors)
        client.step(model)
        client.sequence -= 1
        step = {"learning-rate": 0.01, "max-gradient-norm": 1.0}
        repeated = client.call("step", model=model, **step)
        assert repeated.arrays["norm"][0] > 0  # a second step would have no gradient
        client.sequence += 1
        assert client.call("score", model=model)["kind"] == "sequence"
        client.sequence -= 2
        assert "no gradient was accumulated" in client.call("step", model=model, **step)["message"]
        missing = client.call("write-model", model=model, folder="/no/such/folder", stored="F32")
        assert "under the same absolute path" in missing["message"]
        client.session = "another"
        assert client.call("score", model=model)["kind"] == "session"
        old = Message().encode().replace(b'\\"protocol\\": 1', b'\\"protocol\\": 9')
        assert client.post("begin", old)["kind"] == "protocol"


def test_a_key_is_asked_for(folder):
    with service(1, "--key-variable", "LONGSTREAM_KEY") as (_, client):
        assert client.post("begin", Message({"client": "test"}).encode())["kind"] == "key"
        with socket.create_connection(("127.0.0.1", urlsplit(client.url).port), timeout=120) as connection:
            connection.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            with connection.makefile("rb") as replies:
                assert replies.read().count(b"HTTP/1.1 ") == 1  # a second one would be taken for the next call's

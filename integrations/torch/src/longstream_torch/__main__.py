"""The command line: ``torchrun --nproc-per-node N -m longstream_torch --port 8765``."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import sys

import torch
import transformers

from longstream_torch import __version__, service
from longstream_torch.group import Group
from longstream_torch.policy import Computing
from longstream_torch.server import LearnerServer
from longstream_torch.wire import PROTOCOL

_TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def main() -> None:
    """Join the processes, then serve the trainer on rank 0 and follow elsewhere."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    torch.backends.cuda.matmul.allow_tf32 = options.compute_type != "float32"
    computing = Computing(_TYPES[options.compute_type], options.recompute_layers)
    group = Group(options.device)
    if not group.leads:
        service.follow(group, computing)
        return
    hello = {
        "protocol": PROTOCOL,
        "learner": f"longstream-torch {__version__}",
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "processes": group.size,
        "device": options.device,
        "compute-type": options.compute_type,
    }
    server = LearnerServer(options.host, options.port, options.key, hello)
    service.LOG.info(
        "learner on http://%s:%d: %d process(es), %s, %s",
        options.host,
        server.port,
        group.size,
        options.device,
        options.compute_type,
    )
    service.serve(group, computing, server)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("longstream_torch", description="Longstream's learner in PyTorch.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
    parser.add_argument("--port", type=int, default=8765, help="port; 0: any free one (default: 8765)")
    parser.add_argument("--device", choices=["cpu", "cuda"], help="default: cuda if there is one")
    parser.add_argument(
        "--compute-type",
        choices=list(_TYPES),
        help="type of matrix products; weights, gradients and moments are float32 (default: bfloat16 on cuda)",
    )
    parser.add_argument(
        "--recompute-layers",
        action="store_true",
        help="activation checkpointing: layers keep their input alone and are computed again in the backward pass",
    )
    parser.add_argument("--key-variable", help="environment variable with a key that the trainer must send")
    options = parser.parse_args()
    options.device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    options.compute_type = options.compute_type or ("bfloat16" if options.device == "cuda" else "float32")
    options.key = None
    if options.key_variable is not None:
        options.key = os.environ.get(options.key_variable)
        if not options.key:
            parser.error(f"--key-variable names {options.key_variable}, which is not set")
    if options.key is None and not _is_loopback(options.host):
        parser.error(f"--host is {options.host}, which other machines reach: name a key with --key-variable")
    return options


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    main()

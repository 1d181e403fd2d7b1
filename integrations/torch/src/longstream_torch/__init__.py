"""Longstream's learner in PyTorch: it serves gradients and optimizer steps to the trainer, which is written in Java.

Start at ``service.py``. ``docs/learner-protocol.md`` describes what goes over the wire.
"""

__version__ = "0.1.0"

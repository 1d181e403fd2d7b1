"""Micro-batches: prompts with their answers, as they come over the wire, and their division among processes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longstream_torch.wire import Message, Refused


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer's token ids, and the place of its first token among all answer tokens of the micro-batch."""

    tokens: np.ndarray
    first: int


@dataclass(frozen=True, eq=False)
class Prompt:
    """A prompt's token ids and its answers."""

    tokens: np.ndarray
    answers: tuple[Answer, ...]

    @property
    def cost(self) -> int:
        """Return the number of tokens that go through the model."""
        return self.tokens.size + sum(answer.tokens.size for answer in self.answers)


FILLER = Prompt(np.zeros(1, np.int64), (Answer(np.zeros(1, np.int64), -1),))
"""A token that a process without work computes, so that it takes part in the collective calls. Its place is -1."""


def read(message: Message, vocabulary: int) -> tuple[list[Prompt], int]:
    """Return the prompts of a message that have answer tokens, and the number of all answer tokens.

    Raises Refused if lengths do not add up, a prompt is empty or a token is not in the vocabulary.
    """
    prompt_tokens = message.array("prompt-tokens", np.int32)
    prompt_lengths = message.array("prompt-lengths", np.int32)
    answer_counts = message.array("answer-counts", np.int32, prompt_lengths.size)
    answer_lengths = message.array("answer-lengths", np.int32)
    answer_tokens = message.array("answer-tokens", np.int32)
    _require(prompt_lengths.size > 0 and bool((prompt_lengths > 0).all()), "a prompt is empty, or there is none")
    _require(bool((answer_counts >= 0).all() and (answer_lengths >= 0).all()), "a count or a length is negative")
    for what, have, stated in (
        ("prompt tokens", prompt_tokens.size, prompt_lengths.sum()),
        ("answers", answer_lengths.size, answer_counts.sum()),
        ("answer tokens", answer_tokens.size, answer_lengths.sum()),
    ):
        _require(have == stated, f"there are {have} {what}, expected {stated}, as counts and lengths say")
    for tokens in (prompt_tokens, answer_tokens):
        _require(
            tokens.size == 0 or (tokens.min() >= 0 and tokens.max() < vocabulary),
            f"a token id is outside the vocabulary of {vocabulary}",
        )
    ends = np.cumsum(answer_lengths)
    answers = [
        Answer(part, int(end) - part.size) for part, end in zip(np.split(answer_tokens, ends)[:-1], ends, strict=True)
    ]
    prompts, taken = [], 0
    own_tokens = np.split(prompt_tokens, np.cumsum(prompt_lengths))[:-1]
    for tokens, count in zip(own_tokens, answer_counts, strict=True):
        own = tuple(answer for answer in answers[taken : taken + count] if answer.tokens.size > 0)
        taken += int(count)
        if own:
            prompts.append(Prompt(tokens, own))
    return prompts, answer_tokens.size


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise Refused("request", f"the micro-batch cannot be read: {problem}")


def divide(prompts: list[Prompt], processes: int) -> list[list[Prompt]]:
    """Divide prompts among processes so that each has about as many tokens; a pure function.

    Where there are fewer prompts than processes, a prompt's answers are divided, and each part reads the prompt.
    """
    items = list(prompts)
    while len(items) < processes and any(len(item.answers) > 1 for item in items):
        widest = max(items, key=lambda item: (len(item.answers) > 1, item.cost))
        items.remove(widest)
        half = len(widest.answers) // 2
        items += [Prompt(widest.tokens, widest.answers[:half]), Prompt(widest.tokens, widest.answers[half:])]
    parts: list[list[Prompt]] = [[] for _ in range(processes)]
    for item in sorted(items, key=lambda item: -item.cost):
        min(parts, key=lambda part: sum(other.cost for other in part)).append(item)
    return [part or [FILLER] for part in parts]

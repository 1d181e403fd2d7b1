"""The layout of a micro-batch as a tree: what sequences share at their beginning stands once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longstream_torch.microbatch import Answer, Prompt


@dataclass(frozen=True, eq=False)
class Layout:
    """Tokens in depth-first order, n of them, and the answer tokens to score, r of them.

    Token q sees token k if ``k <= q < end[k]``. For prompt "a b" with the answers "x y" and "z w":

    ============  == == == ==
    ids           a  b  x  z
    positions     0  1  2  2
    end           4  4  3  4
    ============  == == == ==

    An answer's last token is a target, but nobody reads it. ``rows[i]`` is the token after which ``targets[i]``
    follows, and ``places[i]`` is that target's place among all answer tokens of the micro-batch.
    """

    ids: np.ndarray
    positions: np.ndarray
    end: np.ndarray
    rows: np.ndarray
    targets: np.ndarray
    places: np.ndarray


def lay_out(prompts: list[Prompt]) -> Layout:
    """Lay out prompts and answers as a tree; a pure function."""
    builder = _Builder()
    builder.branch(sorted(prompts, key=lambda prompt: prompt.tokens.tolist()), 0, -1)
    return builder.layout()


class _Builder:
    def __init__(self) -> None:
        self.width = 0
        self.ids: list[np.ndarray] = []
        self.positions: list[np.ndarray] = []
        self.ends: list[tuple[int, int, int]] = []
        self.rows: list[np.ndarray] = []
        self.targets: list[np.ndarray] = []
        self.places: list[np.ndarray] = []

    def branch(self, prompts: list[Prompt], depth: int, last: int) -> None:
        """Add sorted prompts that agree in their first ``depth`` tokens, the last of which stands at ``last``."""
        while prompts:
            first = prompts[0]
            if first.tokens.size == depth:
                for answer in first.answers:
                    self.answer(answer, depth, last)
                prompts = prompts[1:]
                continue
            same = [prompt for prompt in prompts if prompt.tokens[depth] == first.tokens[depth]]
            common = _common(first.tokens, same[-1].tokens)
            begin = self.width
            self.put(first.tokens[depth:common], depth)
            after = self.width
            self.branch(same, common, after - 1)
            self.ends.append((begin, after, self.width))
            prompts = prompts[len(same) :]

    def answer(self, answer: Answer, depth: int, last: int) -> None:
        """Add an answer that follows the token at ``last``."""
        begin = self.width
        self.put(answer.tokens[:-1], depth)
        self.ends.append((begin, self.width, self.width))
        self.rows.append(np.concatenate(([last], np.arange(begin, self.width))))
        self.targets.append(answer.tokens)
        self.places.append(np.arange(answer.first, answer.first + answer.tokens.size))

    def put(self, tokens: np.ndarray, position: int) -> None:
        self.ids.append(tokens)
        self.positions.append(np.arange(position, position + tokens.size))
        self.width += tokens.size

    def layout(self) -> Layout:
        end = np.zeros(self.width, np.int64)
        for begin, after, subtree in self.ends:
            end[begin:after] = subtree
        return Layout(
            *(
                np.concatenate(part).astype(np.int64)
                for part in (self.ids, self.positions, [end], self.rows, self.targets, self.places)
            )
        )


def _common(one: np.ndarray, other: np.ndarray) -> int:
    size = min(one.size, other.size)
    differs = np.flatnonzero(one[:size] != other[:size])
    return int(differs[0]) if differs.size else size

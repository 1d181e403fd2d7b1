import numpy as np
from batches import PROMPTS, message

from longstream_torch import microbatch
from longstream_torch.tree import lay_out


def test_every_token_sees_its_own_sequence_and_nothing_else():
    prompts, size = microbatch.read(message(), 50)
    layout = lay_out(prompts)
    seen = set()
    for row, target, place in zip(layout.rows, layout.targets, layout.places, strict=True):
        visible = [k for k in range(row + 1) if row < layout.end[k]]
        seen.add((tuple(layout.ids[visible]), target, place))
        assert list(layout.positions[visible]) == list(range(len(visible)))
    expected, place = set(), 0
    for prompt, answers in PROMPTS:
        for answer in answers:
            for t, token in enumerate(answer):
                expected.add((tuple(prompt + answer[:t]), token, place))
                place += 1
    assert seen == expected
    assert place == size


def test_a_shared_beginning_stands_once():
    prompts, _ = microbatch.read(message(), 50)
    # 5 6 7 | 12 | 2 8 | 9 10 | 9 2 3 | 20 | 30…36 | 37…40
    assert lay_out(prompts).ids.size == 3 + 1 + 2 + 2 + 3 + 1 + 7 + 4


def test_a_division_has_every_answer_once_and_work_for_every_process():
    prompts, size = microbatch.read(message(), 50)
    for processes in (1, 2, 3, 5, 9):
        parts = microbatch.divide(prompts, processes)
        assert len(parts) == processes
        assert all(parts)
        places = np.concatenate([lay_out(part).places for part in parts])
        assert sorted(places[places >= 0]) == list(range(size))

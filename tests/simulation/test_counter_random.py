"""Random numbers by name do not depend on who asks first."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.simulation.counter_random import Draws, entity_number, philox4x32


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (0xFFFFFFFF,) * 4,
            (0xFFFFFFFF, 0xFFFFFFFF),
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_answers(
    counter: tuple[int, ...], key: tuple[int, int], expected: tuple[int, ...]
) -> None:
    """The known answers of the authors of Philox4x32 with ten rounds."""
    words = [np.array([word], dtype=np.uint64) for word in counter]
    drawn = philox4x32((words[0], words[1], words[2], words[3]), key)
    assert tuple(int(word[0]) for word in drawn) == expected


def test_one_by_one_and_all_at_once_are_the_same() -> None:
    """A single draw is the draw of its place in a row."""
    names = ["a", "b", "请求"]
    row = Draws(7).uniforms("work", [entity_number(name) for name in names], 3, 2)
    assert [Draws(7).uniform("work", name, 3, 2) for name in names] == list(row)


def test_the_order_of_asking_does_not_matter() -> None:
    """Asking for others first, or twice, changes nothing."""
    one, other = Draws(1), Draws(1)
    first = one.uniform("travel", "v1")
    for name in ("v9", "v2", "v2"):
        other.uniform("travel", name)
        other.normal("work", name)
    assert other.uniform("travel", "v1") == first


def test_seeds_purposes_and_entities_are_apart() -> None:
    """Whatever is named differently draws differently."""
    drawn = {
        Draws(seed).uniform(purpose, name, day)
        for seed in (1, 2)
        for purpose in ("work", "travel")
        for name in ("v1", "v2")
        for day in (0, 1)
    }
    assert len(drawn) == 16


def test_draws_are_even() -> None:
    """The mean of 10,000 draws lies within four standard errors of one half."""
    drawn = Draws(5).uniforms("even", np.arange(10_000, dtype=np.uint64))
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 4 * (1 / 12 / 10_000) ** 0.5

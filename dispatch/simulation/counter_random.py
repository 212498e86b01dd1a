"""Random numbers by name: the same seed, purpose and entity give the same draw, whoever asks first.

Common random numbers need this: base and scenario share the future of each request, engineer and
day although one of them meets more of them, or meets them in another order.

References
----------
J. K. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC11 (2011),
doi 10.1145/2063384.2063405: Philox4x32-10.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

__all__ = ["Draws", "entity_number", "philox4x32"]

ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
MASK = 0xFFFFFFFF
NORMAL = NormalDist()

Words = NDArray[np.uint64]


def philox4x32(
    counter: tuple[Words, Words, Words, Words], key: tuple[int, int]
) -> tuple[Words, Words, Words, Words]:
    """Scramble counters of four 32-bit words each under one key.

    Parameters
    ----------
    counter
        Four arrays of equal shape, values below 2**32.
    key
        Two words below 2**32.

    Returns
    -------
    tuple of numpy.ndarray
        Four words for each counter.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    low, shift = np.uint64(MASK), np.uint64(32)
    m0, m1 = np.uint64(MULTIPLIERS[0]), np.uint64(MULTIPLIERS[1])
    for _ in range(ROUNDS):
        p0, p1 = c0 * m0, c2 * m1
        c0, c1, c2, c3 = (
            (p1 >> shift) ^ c1 ^ np.uint64(k0),
            p1 & low,
            (p0 >> shift) ^ c3 ^ np.uint64(k1),
            p0 & low,
        )
        k0, k1 = (k0 + WEYL[0]) & MASK, (k1 + WEYL[1]) & MASK
    return c0, c1, c2, c3


@lru_cache(maxsize=200_000)
def entity_number(name: str) -> int:
    """Number of 64 bits that stands for an id; the same in every process."""
    digest = hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@lru_cache(maxsize=4096)
def _key(seed: int, purpose: str) -> tuple[int, int]:
    digest = hashlib.blake2b(f"{seed}\0{purpose}".encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "little")
    return number & MASK, number >> 32


class Draws:
    """The random numbers of one replication.

    Parameters
    ----------
    seed
        Of the replication; another seed is another future.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def uniforms(
        self, purpose: str, entities: Sequence[int] | Words, first: int = 0, second: int = 0
    ) -> NDArray[np.float64]:
        """One number in the open interval (0, 1) for each entity.

        Parameters
        ----------
        purpose
            What is drawn; every purpose has a stream of its own.
        entities
            Numbers of `entity_number`.
        first, second
            Further coordinates, a day and a number within it for example, below 2**32.
        """
        numbers = np.asarray(entities, dtype=np.uint64)
        same = np.zeros_like(numbers)
        counter = (
            numbers & np.uint64(MASK),
            numbers >> np.uint64(32),
            same + np.uint64(first & MASK),
            same + np.uint64(second & MASK),
        )
        high, low, _, _ = philox4x32(counter, _key(self.seed, purpose))
        # 52 bits and half a step, so that neither 0 nor 1 can come out.
        bits = (high << np.uint64(20)) | (low >> np.uint64(12))
        drawn: NDArray[np.float64] = (bits.astype(np.float64) + 0.5) * 2.0**-52
        return drawn

    def uniform(self, purpose: str, entity: str, first: int = 0, second: int = 0) -> float:
        """One number in (0, 1); the same whoever asks, and how often."""
        c0, c2 = entity_number(entity), first & MASK
        c0, c1, c3 = c0 & MASK, c0 >> 32, second & MASK
        k0, k1 = _key(self.seed, purpose)
        for _ in range(ROUNDS):
            p0, p1 = c0 * MULTIPLIERS[0], c2 * MULTIPLIERS[1]
            c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
            k0, k1 = (k0 + WEYL[0]) & MASK, (k1 + WEYL[1]) & MASK
        return (((c0 << 20) | (c1 >> 12)) + 0.5) * 2.0**-52

    def normal(self, purpose: str, entity: str, first: int = 0, second: int = 0) -> float:
        """One number of the standard normal distribution."""
        return NORMAL.inv_cdf(self.uniform(purpose, entity, first, second))

    def ratio(self, mu: float, sigma: float, purpose: str, entity: str, first: int = 0) -> float:
        """One number of a log-normal distribution: real time over planned time."""
        if sigma == 0:
            return math.exp(mu)
        return math.exp(mu + sigma * self.normal(purpose, entity, first))

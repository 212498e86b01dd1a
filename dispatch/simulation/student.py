"""Student's t distribution, as far as confidence intervals need it.

References
----------
W. H. Press et al., *Numerical Recipes*, 3rd ed. (2007), 6.4: the incomplete beta function by its
continued fraction.
"""

from __future__ import annotations

import math

__all__ = ["t_probability", "t_quantile"]

TINY = 1e-300
MOST_STEPS = 500
ACCURACY = 1e-15


def t_probability(t: float, freedom: float) -> float:
    """Probability that a t variable stays below a value."""
    if math.isinf(t):
        return 1.0 if t > 0 else 0.0
    tail = 0.5 * _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))
    return 1.0 - tail if t > 0 else tail


def t_quantile(probability: float, freedom: float) -> float:
    """Value below which a t variable stays with a probability between 0 and 1."""
    if probability < 0.5:
        return -t_quantile(1.0 - probability, freedom)
    low, high = 0.0, 1.0
    while t_probability(high, freedom) < probability:
        high *= 2.0
    for _ in range(200):
        middle = (low + high) / 2
        if t_probability(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    if x <= 0.0 or x >= 1.0:
        return max(0.0, min(1.0, x))
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1.0 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    total = d
    for m in range(1, MOST_STEPS):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _not_zero(1.0 + part * d)
            c = _not_zero(1.0 + part / c)
            total *= c * d
        if abs(c * d - 1.0) < ACCURACY:
            break
    return total


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY

"""The cells of a label: what is known of a route after a stop (see `clock`)."""

from __future__ import annotations

T, W, D, C, P, G = 0, 1, 2, 3, 4, 5
"""Earliest finish, waiting absorbed, how far the departure may slide, money, departure, and how
much of the money later starts may save at most."""

FIELDS = 6

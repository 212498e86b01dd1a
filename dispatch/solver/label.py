"""The cells of a label: what is known of a route after a stop (see `clock`)."""

from __future__ import annotations

T, W, D, C, P = 0, 1, 2, 3, 4
"""Earliest finish, waiting absorbed, how far the departure may slide, money, departure."""

FIELDS = 5

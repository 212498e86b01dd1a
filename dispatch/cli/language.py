"""The languages in which the command line speaks to people."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Tongue"]


class Tongue(StrEnum):
    """Language of what is printed for people."""

    EN = "en"
    ZH = "zh"

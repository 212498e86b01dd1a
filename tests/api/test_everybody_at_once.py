"""Dispatchers and phones at once against a service that really runs."""

from __future__ import annotations

from pathlib import Path

from benchmarks.load import hammer


def test_nothing_is_lost_when_everybody_writes(tmp_path: Path) -> None:
    """Two dispatchers and six phones write at once; every acknowledged write is there, once."""
    url = f"sqlite:///{tmp_path / 'load.db'}"
    load = hammer(url, dispatchers=2, phones=6, seconds=0, visits_each=2, least=8)
    assert load.wrong == []
    assert not [name for name in load.figures()["statuses"] if name.split()[-1] == "500"]

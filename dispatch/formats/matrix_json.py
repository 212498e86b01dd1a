"""The matrix of a case file, checked row by row in compiled code."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import numpy.typing as npt

from dispatch.domain import UNREACHABLE, GivenMatrix
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.limits import (
    MOST_CELL_ISSUES,
    MOST_MATRIX_LOCATIONS,
    MOST_MATRIX_METRES,
    MOST_MATRIX_SECONDS,
)

__all__ = ["read_matrix"]

Cells = npt.NDArray[np.int64]


def read_matrix(found: Findings, value: object, pointer: str) -> GivenMatrix | None:
    """Read ``travel.matrix``: n ids, n rows of n seconds, and metres likewise.

    Parameters
    ----------
    found
        Where issues go; of wrong cells the first hundred are told one by one.
    value, pointer
        The object and its place.

    Returns
    -------
    GivenMatrix or None
        Unreachable pairs, ``null`` in the file, are -1. Without ``distance_m`` every way is
        0 metres long.
    """
    fields = Fields(found, value, pointer)
    given = fields.required("locations", lambda ids: ids)
    if isinstance(given, list) and len(given) > MOST_MATRIX_LOCATIONS:
        expected = f"at most {MOST_MATRIX_LOCATIONS} locations"
        found.add(fields.at("locations"), given, expected, limit=True)
        for name in ("duration_s", "distance_m"):
            fields.raw(name)
        return fields.build(lambda: cast("GivenMatrix", None))
    locations = fields.texts("locations")
    size = len(given) if isinstance(given, list) else None
    duration = fields.required("duration_s", lambda rows: rows)
    seconds = None
    if duration is not None or fields.has("duration_s"):
        reader = _CellReader(found, fields.at("duration_s"), size, MOST_MATRIX_SECONDS, "seconds")
        seconds = reader.read(duration)
    metres = None
    if fields.has("distance_m"):
        rows = fields.raw("distance_m")
        reader = _CellReader(found, fields.at("distance_m"), size, MOST_MATRIX_METRES, "metres")
        metres = reader.read(rows)
    if seconds is not None and metres is not None and seconds.shape == metres.shape:
        for row, column in np.argwhere((seconds >= 0) & (metres < 0))[:MOST_CELL_ISSUES]:
            place = f"{fields.at('distance_m')}/{row}/{column}"
            found.add(place, None, "metres, since duration_s has seconds here")

    def make() -> GivenMatrix:
        assert seconds is not None
        length = np.zeros_like(seconds) if metres is None else metres
        return GivenMatrix(locations, seconds, np.where(seconds < 0, UNREACHABLE, length))

    return fields.build(make)


class _CellReader:
    """Reads one square array of cells."""

    def __init__(
        self, found: Findings, pointer: str, size: int | None, most: int, unit: str
    ) -> None:
        self._found = found
        self._pointer = pointer
        self._size = size
        self._most = most
        self._expected = f"whole {unit} from 0 to {most}, or null where there is no way"
        self._wrong = 0

    def read(self, rows: object) -> Cells | None:
        """Read all rows; None when anything is wrong with one of them."""
        if not isinstance(rows, list):
            self._found.add(self._pointer, rows, "an array of rows")
            return None
        size = len(rows) if self._size is None else self._size
        if len(rows) != size:
            self._found.add(self._pointer, rows, f"{size} rows, one for each location")
        cells = [self._row(row, i, size) for i, row in enumerate(rows)]
        complete = [row for row in cells if row is not None]
        self._diagonal(cells)
        if self._wrong > MOST_CELL_ISSUES:
            more = f"{self._wrong - MOST_CELL_ISSUES} more wrong cells"
            self._found.add(self._pointer, more, self._expected)
        if len(complete) != size or len(rows) != size:
            return None
        return np.array(complete, dtype=np.int64).reshape(size, size)

    def _row(self, row: object, i: int, size: int) -> Cells | None:
        if not isinstance(row, list) or len(row) != size:
            self._found.add(f"{self._pointer}/{i}", row, f"a row of {size} values")
            return None
        kinds = set(map(type, row))
        try:
            if kinds <= {int}:
                cells = np.array(row, dtype=np.int64)
                wrong = (cells < 0) | (cells > self._most)
            elif kinds <= {int, float, type(None)}:
                # None becomes NaN here, but so would a NaN of the file: it is counted apart.
                values = np.array(row, dtype=np.float64)
                empty = np.fromiter((one is None for one in row), dtype=bool, count=size)
                whole = np.isfinite(values) & (np.floor(values) == values)
                wrong = ~empty & ~(whole & (values >= 0) & (values <= self._most))
                cells = np.where(wrong | empty, UNREACHABLE, values).astype(np.int64)
            else:
                self._tell(row, i, [not self._fits(one) for one in row])
                return None
        except OverflowError:
            self._tell(row, i, [not self._fits(one) for one in row])
            return None
        if wrong.any():
            self._tell(row, i, wrong.tolist())
            return None
        return cells

    def _fits(self, value: object) -> bool:
        if value is None:
            return True
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return math.isfinite(value) and value == int(value) and 0 <= value <= self._most

    def _tell(self, row: list[object], i: int, wrong: list[bool]) -> None:
        for j, is_wrong in enumerate(wrong):
            if is_wrong:
                self._wrong += 1
                if self._wrong <= MOST_CELL_ISSUES:
                    self._found.add(f"{self._pointer}/{i}/{j}", row[j], self._expected)

    def _diagonal(self, cells: list[Cells | None]) -> None:
        for i, row in enumerate(cells):
            if row is not None and i < len(row) and row[i] != 0:
                self._wrong += 1
                if self._wrong <= MOST_CELL_ISSUES:
                    value = None if row[i] == UNREACHABLE else int(row[i])
                    self._found.add(f"{self._pointer}/{i}/{i}", value, "0 on the diagonal")

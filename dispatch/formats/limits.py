"""How large a document may be; beyond these bounds it is refused, never cut.

They are far above any real day and keep every later sum inside 53 bits.
"""

from __future__ import annotations

from datetime import timedelta

MOST_BYTES = 256 * 1024 * 1024
"""Size of one JSON document."""
MOST_LOCATIONS = 10_000
MOST_MATRIX_LOCATIONS = 5_000
MOST_DEPOTS = 1_000
MOST_ENGINEERS = 5_000
MOST_SHIFTS = 366
"""Shifts of one engineer."""
MOST_VISITS = 20_000
MOST_WINDOWS = 400
"""Time windows of one visit, opening windows of one depot."""
MOST_BREAKS = 20
"""Breaks of one shift."""
MOST_ENTRIES = 10_000
"""Entries of any other list or map."""
LONGEST_ID = 200
"""Characters of an id or a name of a skill, tool or part."""
LONGEST_TEXT = 10_000
"""Characters of any other text."""
MOST_MONEY = 10**9
"""Any price, minor units."""
MOST_PIECES = 10**6
"""Pieces of one part."""
MOST_LEVEL = 1_000
MOST_CREW = 50
MOST_SPEED_KMH = 1_000.0
MOST_DETOUR = 10.0
MOST_FACTOR = 100.0
MOST_MATRIX_SECONDS = 10**7
MOST_MATRIX_METRES = 10**8
MOST_CELL_ISSUES = 100
"""Wrong cells of one matrix told one by one; the rest is counted."""
MOST_ISSUES = 10_000
"""Issues told of one document; reading stops there."""
MOST_DEPTH = 20
"""Nesting of free values such as a shortfall."""
FIRST_YEAR = 1970
LAST_YEAR = 2199
LONGEST_PLANNING_WINDOW = timedelta(days=366)
LONGEST_VISIT = timedelta(days=31)
LONGEST_SHIFT = LONGEST_PLANNING_WINDOW
"""Benchmark instances have one shift over their whole horizon, weeks when a unit is 1000 s."""
LONGEST_BREAK = timedelta(days=1)
LONGEST_PICKUP = timedelta(days=1)
LONGEST_TRAVEL = timedelta(days=31)
LONGEST_DELAY = timedelta(days=366)
LONGEST_HISTORY = timedelta(days=366)
"""Load that an engineer brings along from before the plan."""
MOST_TABLE_BYTES = 20 * 1024 * 1024
"""Size of one CSV or XLSX file."""
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
"""What a workbook may unpack to."""
MOST_WORKBOOK_MEMBERS = 1_000
MOST_TABLE_ROWS = 100_000
MOST_TABLE_COLUMNS = 200

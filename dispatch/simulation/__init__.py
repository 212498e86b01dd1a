"""A rolling operation with random futures: what-if runs, paired statistics, capacity questions.

Only ``operations`` and what lies above may come in; a simulation plans with the code of
production, and never writes a plan.
"""

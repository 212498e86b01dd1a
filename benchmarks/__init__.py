"""Public instances turned into case files, runs over them, and the tables that come of it.

Nothing of the product imports this package; of dispatch it uses the planner and the command line.
"""

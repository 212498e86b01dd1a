"""The routes, one file per subject; each takes a call, lets an operation act, writes the answer.

Only the application's composition root comes in.
"""

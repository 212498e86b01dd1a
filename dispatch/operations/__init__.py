"""The verbs with effects, one transaction each: requests, rounds, runs, publishing, reports.

The API and the command line come in and name what they need by its module, because loading
all of it takes longer than most commands run.
"""

"""The engineer's page at ``/me``: modules, styles and a service worker, no Python.

It works without a net for a day, and is a client of the public API like any other.
"""

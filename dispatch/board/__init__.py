"""The dispatcher's page: static ES modules, style sheets and one HTML file, served at ``/``.

Nothing here is Python but this sign; the page is a client of the public API like any other, and
`dispatch.api` alone hands its files out.
"""

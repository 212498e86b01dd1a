"""What goes over the wire, described for OpenAPI; answers have no defaults, so nothing is implied.

Endpoints come in; a schema never meets a table.
"""

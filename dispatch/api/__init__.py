"""HTTP and nothing else: routes, schemas, sign-in, problems, events.

The command line comes in for `serve`, tests for `create_app`; both load a web framework, so
whoever only plans a file should stay away.
"""

from dispatch.api.app import create_app
from dispatch.api.server import serve
from dispatch.api.settings import Settings

__all__ = ["Settings", "create_app", "serve"]

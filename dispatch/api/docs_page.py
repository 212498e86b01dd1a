"""The documents of the API as one plain page: no script, no foreign host, no style of its own."""

from __future__ import annotations

from html import escape
from typing import Any

__all__ = ["docs_page"]


def docs_page(schema: dict[str, Any]) -> str:
    """Write an OpenAPI schema as HTML.

    Parameters
    ----------
    schema
        As served at ``/openapi.json``.
    """
    operations = "".join(
        _operation(method, path, one)
        for path, methods in schema["paths"].items()
        for method, one in methods.items()
    )
    schemas = "".join(_schema(name, one) for name, one in schema["components"]["schemas"].items())
    title = escape(schema["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title} {escape(schema['info']['version'])}</h1>"
        f"<p>{escape(schema['info'].get('description', ''))}</p>"
        f'<p><a href="/openapi.json">openapi.json</a></p>'
        f"<h2>Routes</h2>{operations}<h2>Schemas</h2>{schemas}</body></html>"
    )


def _operation(method: str, path: str, one: dict[str, Any]) -> str:
    rows = "".join(
        f"<li><code>{escape(part['name'])}</code> ({escape(part['in'])}"
        f"{', required' if part.get('required') else ''}):"
        f" {escape(part.get('description', ''))}</li>"
        for part in one.get("parameters", [])
    )
    body = one.get("requestBody", {}).get("content", {}).get("application/json", {})
    takes = f"<p>Body: {_reference(body['schema'])}</p>" if "schema" in body else ""
    answers = "".join(_answer(status, told) for status, told in one["responses"].items())
    summary = escape(one.get("summary", ""))
    return (
        f"<section><h3><code>{method.upper()} {escape(path)}</code></h3><p>{summary}</p>"
        f"<ul>{rows}</ul>{takes}<ul>{answers}</ul></section>"
    )


def _answer(status: str, told: dict[str, Any]) -> str:
    schemas = [one["schema"] for one in told.get("content", {}).values() if "schema" in one]
    what = f": {_reference(schemas[0])}" if schemas else ""
    return f"<li>{escape(status)} {escape(told.get('description', ''))}{what}</li>"


def _reference(schema: dict[str, Any]) -> str:
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one:
            name = escape(one["$ref"].rpartition("/")[2])
            return f'<a href="#{name}">{name}</a>'
    return escape(schema.get("title") or schema.get("type", "any value"))


def _schema(name: str, one: dict[str, Any]) -> str:
    required = set(one.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{'' if field in required else ' (optional)'}</td>"
        f"<td>{_reference(told)}</td><td>{escape(told.get('description', ''))}</td></tr>"
        for field, told in one.get("properties", {}).items()
    )
    told = escape(one.get("description", ""))
    anchor = escape(name)
    return (
        f'<section id="{anchor}"><h3>{anchor}</h3><p>{told}</p>'
        f"<table><tbody>{rows}</tbody></table></section>"
    )

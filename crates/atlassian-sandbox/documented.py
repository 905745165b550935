#!/usr/bin/env python3
"""Brings src/documented/operations.txt up to date with Atlassian's OpenAPI documents.

    documented.py JIRA.json CONFLUENCE_V2.json CONFLUENCE_V1.json

Atlassian publishes them at https://dac-static.atlassian.com/cloud/ as jira/platform/swagger-v3.v3.json,
confluence/openapi-v2.v3.json and confluence/swagger.v3.json. The file names the operations that are of interest; what
follows each name is written anew. To add an operation, add a line with its method and path.
"""

import json
import pathlib
import sys

FACTS = pathlib.Path(__file__).parent / "src/documented/operations.txt"
MOST_VALUES = 12
DEEPEST = 3


def resolved(document, node):
    """The node behind a reference."""
    while "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def kind(schema):
    """`a|b` for one of a few words, else the type."""
    values = schema.get("enum", [])
    if schema.get("type") == "string" and 0 < len(values) <= MOST_VALUES:
        return "|".join(str(value) for value in values)
    return schema.get("type", "any")


def merged(document, schema):
    """A schema with the properties of all that it is made of, and whether each of them must be there."""
    schema = resolved(document, schema)
    properties, required = dict(schema.get("properties", {})), set(schema.get("required", []))
    is_open = schema.get("additionalProperties", False) is not False
    for part in schema.get("allOf", []):
        inner, needed, opened = merged(document, part)
        properties, required, is_open = {**inner, **properties}, required | needed, is_open or opened
    choices = [merged(document, part) for part in schema.get("oneOf", []) + schema.get("anyOf", [])]
    for inner, _, opened in choices:
        properties, is_open = {**inner, **properties}, is_open or opened
    if choices:
        required |= set.intersection(*(needed for _, needed, _ in choices))
    return properties, required, is_open


def fields(document, schema, path, depth):
    """Each property of a body: its path, `!` if it must be there, its kind, `*` if anything may be within."""
    properties, required, _ = merged(document, schema)
    found = []
    for name, inner in sorted(properties.items()):
        inner = resolved(document, inner)
        if inner.get("readOnly"):
            continue
        where = f"{path}{name}"
        deeper = merged(document, inner)[0] if depth < DEEPEST else {}
        items = resolved(document, inner.get("items", {})) if inner.get("type") == "array" else {}
        if items and depth < DEEPEST:
            deeper = merged(document, items)[0]
        _, _, is_open = merged(document, inner)
        what = kind(inner) if inner.get("type") or not deeper else "object"
        anything = "*" if what in ("any", "object", "array") and (is_open or not deeper) else ""
        found.append(f"{where}{'!' if name in required else ''}:{what}{anything}")
        if deeper and not anything:
            found += fields(document, items or inner, f"{where}{'[]' if items else ''}.", depth + 1)
    return found


def facts(document, path_item, operation):
    """What may be asked of an operation, word by word."""
    found = []
    for parameter in path_item.get("parameters", []) + operation.get("parameters", []):
        parameter = resolved(document, parameter)
        if parameter["in"] == "query":
            required = "!" if parameter.get("required") else ""
            found.append(f"?{parameter['name']}{required}:{kind(resolved(document, parameter.get('schema', {})))}")
    body = resolved(document, operation.get("requestBody", {})).get("content", {})
    if "application/json" in body:
        schema = resolved(document, body["application/json"].get("schema", {}))
        lists = [part for part in map(lambda part: resolved(document, part), [schema, *schema.get("oneOf", [])]) if part.get("type") == "array"]
        if lists:
            found.append("[]")
            schema = lists[0].get("items", {})
        inner = fields(document, schema, "", 1)
        # A body without properties is described nowhere.
        found += inner if inner else ["*"]
    elif body:
        found.append("*")
    return found


def main():
    """Rewrites the file."""
    operations = {}
    for name, base in zip(sys.argv[1:], ("", "/wiki/api/v2", ""), strict=True):
        document = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if isinstance(operation, dict) and "responses" in operation:
                    operations[f"{method.upper()} {base}{path}"] = (document, item, operation)
    lines = FACTS.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#") or not line]
    names = sorted({" ".join(line.split()[:2]) for line in lines if line and not line.startswith("#")}, key=lambda name: name.split()[::-1])
    known = {" ".join(line.split()[:2]): line for line in lines}
    written = []
    for name in names:
        if name in operations:
            written.append(" ".join([name, *facts(*operations[name])]))
        else:
            # Jira Software has a document of its own, which is not read here.
            print(f"no document has {name}; its line stays as it is", file=sys.stderr)
            written.append(known[name])
    FACTS.write_text("\n".join(head + written) + "\n", encoding="utf-8")


main()

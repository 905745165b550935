#!/usr/bin/env python3
"""An agent on the service's tools, with a script in the model's place. Needs API_KEY; SERVICE_URL is optional."""

import json
import os
import sys
import urllib.error
import urllib.request

SERVICE = os.environ.get("SERVICE_URL", "http://localhost:3001")
KEY = os.environ.get("API_KEY") or sys.exit("API_KEY is not set; make one with: integration-backend keys create --as local (see examples/README.md)")


def call(path, body=None):
    """Calls the API: POST with a body, else GET."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(SERVICE + path, json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def invoke(tool, arguments):
    """Runs a tool. A failure is a result too: the model reads what was wrong and can try something else."""
    try:
        return call("/connectors/tools/invoke", {"tool": tool, "args": arguments})
    except urllib.error.HTTPError as error:
        return json.load(error)


def ask_model(messages, functions):
    """Stands for a model. A real one goes here: POST {"model": …, "messages": messages, "tools": functions} to your
    provider's /chat/completions and return choices[0]["message"] of the answer. Nothing else has to change."""
    results = [json.loads(message["content"]) for message in messages if message["role"] == "tool"]
    if len(results) == 2:
        return {"role": "assistant", "content": "\n".join(f"{issue['key']}: {issue['summary']}" for issue in results[1]["items"])}
    jql = f"project = \"{results[0]['items'][0]['key']}\" ORDER BY created DESC" if results else ""
    name, arguments = ("jira_search", {"jql": jql, "limit": 3}) if results else ("jira-projects", {"limit": 1})
    assert name in [each["function"]["name"] for each in functions], f"there is no function {name}"
    wanted = {"name": name, "arguments": json.dumps(arguments)}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": name, "type": "function", "function": wanted}]}


def run(question):
    """Asks the model and runs the tools that it wants, until it answers."""
    # A function of an LLM API has no dot in its name; some tools do.
    tools = {tool["name"].replace(".", "-"): tool for tool in call("/connectors/tools")}
    functions = [
        {"type": "function", "function": {"name": name, "description": tool["description"], "parameters": tool["input_schema"]}}
        for name, tool in tools.items()
    ]
    messages = [{"role": "user", "content": question}]
    for _ in range(10):  # A model that never answers must not run for ever.
        messages.append(message := ask_model(messages, functions))
        if not message.get("tool_calls"):
            return message["content"]
        for wanted in message["tool_calls"]:
            name, arguments = wanted["function"]["name"], json.loads(wanted["function"]["arguments"])
            print(name, arguments, file=sys.stderr)
            result = invoke(tools[name]["name"] if name in tools else name, arguments)
            messages.append({"role": "tool", "tool_call_id": wanted["id"], "content": json.dumps(result)})
    return "The model did not come to an answer."


try:
    print(run("What are the newest issues of my first project?"))
except urllib.error.HTTPError as error:
    sys.exit(f"{error.code}: {json.load(error)['message']}")

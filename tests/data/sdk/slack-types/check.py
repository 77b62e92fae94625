"""Reads [{"method": "chat.postMessage", "request": {...}}, ...] from a file, and lets Slack's Python SDK read the blocks and views of
each request and check them by its own rules. Prints the complaints as a JSON list."""

import json
import sys

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View


def complaints_about(what, given):
    for number, block in enumerate(given):
        known = Block.parse(block)
        if known is None:
            yield f"{what}: block {number} is not one that the SDK knows: {json.dumps(block)[:300]}"
            continue
        try:
            known.validate_json()
            read = known.to_dict()
        except SlackObjectFormationError as error:
            yield f"{what}: block {number}: {error}: {json.dumps(block)[:300]}"
            continue
        if read["type"] != block["type"]:
            yield f"{what}: block {number} is read as {read['type']}: {json.dumps(block)[:300]}"


def complaints(calls):
    for number, call in enumerate(calls):
        what, request = f"{number} {call['method']}", call["request"]
        if request.get("blocks"):
            yield from complaints_about(what, request["blocks"])
        view = request.get("view")
        if view:
            yield from complaints_about(what, view["blocks"])
            try:
                View(**view).validate_json()
            except SlackObjectFormationError as error:
                yield f"{what}: {error}"


with open(sys.argv[1], encoding="utf-8") as file:
    print(json.dumps(list(complaints(json.load(file)))))

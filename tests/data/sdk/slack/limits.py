"""What slack_sdk thinks of blocks and views: reads a JSON list, says `good` or `bad WHY` for each."""

import json
import sys

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

for sample in json.load(sys.stdin):
    try:
        if isinstance(sample, list):
            parsed = Block.parse_all(sample)
            assert None not in parsed, "an unknown block"
            assert len(parsed) <= 50, "more than 50 blocks"
            for block in parsed:
                block.validate_json()
        else:
            View(**sample).validate_json()
        print("good")
    except Exception as error:
        print("bad", str(error).replace("\n", " "))

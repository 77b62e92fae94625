"""slack_sdk for Python: its WebClient and its own Socket Mode client, through command, button, modal and reaction."""

import os
import sys
import time

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, InputBlock, PlainTextInputElement, SectionBlock
from slack_sdk.models.views import View
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

web = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"] + "/")
client = SocketModeClient(app_token=os.environ["SLACK_APP_TOKEN"], web_client=web)


def say(line):
    print(line, flush=True)


def blocks(text, button=None):
    found = [SectionBlock(text=text)]
    if button:
        found.append(ActionsBlock(elements=[ButtonElement(text=button, action_id="open", value="op/1")]))
    return found


def take(_, request):
    payload = request.payload
    if request.type == "slash_commands":
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        web.chat_postMessage(channel=payload["channel_id"], text=payload["text"], blocks=blocks("*card*", "Open"))
    elif request.type == "interactive" and payload["type"] == "block_actions":
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        field = InputBlock(block_id="reason", label="Reason", element=PlainTextInputElement(action_id="text"))
        web.views_open(trigger_id=payload["trigger_id"], view=View(type="modal", callback_id="form", title="Why", submit="Send", blocks=[field]))
        try:
            web.views_open(trigger_id=payload["trigger_id"], view=View(type="modal", title="Twice", submit="Send", blocks=[field]))
        except SlackApiError as error:
            say(error.response["error"])
    elif request.type == "interactive" and payload["type"] == "view_submission":
        reason = payload["view"]["state"]["values"]["reason"]["text"]["value"]
        answer = {"response_action": "errors", "errors": {"reason": "Say more"}} if len(reason) < 4 else None
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=answer))
    elif request.type == "events_api":
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        event = payload["event"]
        if event["type"] == "reaction_added":
            got = web.reactions_get(channel=event["item"]["channel"], timestamp=event["item"]["ts"], full=True)
            say("reactions " + ",".join(reaction["name"] for reaction in got["message"]["reactions"]))
            web.files_upload_v2(channel=event["item"]["channel"], filename="plot.txt", content="bytes", thread_ts=event["item"]["ts"])


client.socket_mode_request_listeners.append(take)
client.connect()
say("ready")
while True:
    time.sleep(1)
    if os.getppid() == 1:
        sys.exit()

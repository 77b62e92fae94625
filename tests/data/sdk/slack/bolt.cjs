// A Bolt app, by Socket Mode or behind its HTTP receiver. Each thing that it is sent makes it do something that can be seen at Slack.
const { App, LogLevel } = require("@slack/bolt");

const env = process.env;
const logger = { error: console.error, warn: console.error, info() {}, debug() {}, setLevel() {}, setName() {}, getLevel: () => LogLevel.WARN };
const common = { token: env.SLACK_BOT_TOKEN, clientOptions: { slackApiUrl: env.SLACK_API_URL + "/" }, logger };
const app = env.MODE === "http"
  ? new App({ ...common, signingSecret: env.SLACK_SIGNING_SECRET })
  : new App({ ...common, socketMode: true, appToken: env.SLACK_APP_TOKEN });

const plain = (text) => ({ type: "plain_text", text });
const card = (text) => [
  { type: "section", text: { type: "mrkdwn", text } },
  {
    type: "actions",
    elements: [
      { type: "button", text: plain("Approve"), style: "primary", action_id: "approve", value: "op/1" },
      { type: "button", text: plain("Details"), action_id: "details", value: "op/1" },
      { type: "external_select", placeholder: plain("Tag"), action_id: "tag", min_query_length: 0 },
    ],
  },
];
const modal = {
  type: "modal", callback_id: "form", title: plain("Why"), submit: plain("Send"), private_metadata: "op/1", notify_on_close: true,
  blocks: [
    { type: "input", block_id: "reason", label: plain("Reason"), element: { type: "plain_text_input", action_id: "text" } },
    { type: "input", block_id: "tag", label: plain("Tag"), optional: true, element: { type: "external_select", action_id: "tag" } },
  ],
};

app.command("/deploy", async ({ command, ack, client }) => {
  if (command.text === "") return ack({ response_type: "ephemeral", text: "Deploy what?" });
  await ack();
  await client.chat.postMessage({
    channel: command.channel_id, text: `deploy ${command.text}`, blocks: card(`*OP-1* deploy \`${command.text}\` for <@${command.user_id}>`),
    metadata: { event_type: "card", event_payload: { key: "op/1" } },
  });
});
app.command("/later", async ({ ack, respond }) => {
  await ack();
  await respond({ response_type: "in_channel", text: "It is later now" });
});
app.action("approve", async ({ ack, body, client, respond }) => {
  await ack();
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: "approved", blocks: card(`*OP-1* approved by <@${body.user.id}>`).slice(0, 1) });
  await respond({ replace_original: false, response_type: "ephemeral", text: "You approved" });
});
app.action("details", async ({ ack, body, client }) => {
  await ack();
  await client.views.open({ trigger_id: body.trigger_id, view: modal });
});
app.action("tag", async ({ ack, body, action, client }) => {
  await ack();
  await client.chat.postMessage({ channel: body.channel.id, thread_ts: body.message.ts, text: `picked ${action.selected_option.value}` });
});
app.options("tag", async ({ ack, options }) => {
  await ack({ options: ["7c3f2b1", "98ab4e2"].filter((tag) => tag.startsWith(options.value)).map((tag) => ({ text: plain(tag), value: tag })) });
});
app.view("form", async ({ ack, view, body, client }) => {
  const reason = view.state.values.reason.text.value;
  if (reason.length < 4) return ack({ response_action: "errors", errors: { reason: "Say more" } });
  await ack();
  const tag = view.state.values.tag.tag.selected_option?.value ?? "none";
  await client.chat.postMessage({ channel: body.user.id, text: `Your reason: ${reason}, tag ${tag}` });
});
app.view({ callback_id: "form", type: "view_closed" }, async ({ ack, body, client }) => {
  await ack();
  await client.chat.postMessage({ channel: body.user.id, text: "You closed it" });
});
app.shortcut("note", async ({ ack, shortcut, client }) => {
  await ack();
  await client.chat.postEphemeral({ channel: shortcut.channel.id, user: shortcut.user.id, text: `Noted: ${shortcut.message.text}` });
});
app.event("reaction_added", async ({ event, client }) => {
  await client.chat.postMessage({ channel: event.item.channel, thread_ts: event.item.ts, text: `:${event.reaction}: by <@${event.user}>` });
});
app.event("app_mention", async ({ event, client }) => {
  await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: `You said ${event.text}` });
});
app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "header", text: plain("Open incidents") }] } });
});
app.message("ping", async ({ say }) => { await say("pong"); });
app.error(async (error) => { console.log(`error: ${error.message} ${JSON.stringify(error.data ?? error.original?.data ?? {})}`); });

app.start(env.PORT ? Number(env.PORT) : undefined).then(
  () => console.log("ready"),
  (error) => { console.log(`error: ${error.message}`); process.exit(1); },
);

// @slack/web-api through every family of methods: what it does not understand, or what does not come out as it should, ends it.
const assert = require("node:assert/strict");
const { WebClient, ErrorCode, LogLevel } = require("@slack/web-api");

const { SLACK_API_URL, SLACK_BOT_TOKEN, CHANNEL, ALICE, BOB, GROUP } = process.env;
const options = { slackApiUrl: SLACK_API_URL + "/", logLevel: LogLevel.ERROR, retryConfig: { retries: 0 } };
const web = new WebClient(SLACK_BOT_TOKEN, options);
const refused = async (promise, error) => {
  const failure = await promise.then(() => assert.fail(`not refused: ${error}`), (failure) => failure);
  assert.equal(failure.code, ErrorCode.PlatformError, failure.message);
  assert.equal(failure.data.error, error);
  return failure.data;
};

async function main() {
  const me = await web.auth.test();
  assert.equal((await web.bots.info({ bot: me.bot_id })).bot.user_id, me.user_id);
  assert.equal((await web.team.info()).team.id, me.team_id);
  await refused(new WebClient("xoxb-nobody", options).auth.test(), "invalid_auth");
  await refused(new WebClient(undefined, options).auth.test(), "not_authed");
  await refused(web.apiCall("chat.shout", {}), "unknown_method");
  await refused(web.chat.postMessage({ channel: CHANNEL, text: "x", loud: true }), "invalid_arguments");

  const posted = await web.chat.postMessage({
    channel: CHANNEL, text: "hello", metadata: { event_type: "card", event_payload: { key: "op/7" } },
    blocks: [{ type: "section", text: { type: "mrkdwn", text: "*hello*" } }],
  });
  const { ts } = posted;
  assert.match(ts, /^\d+\.\d{6}$/);
  await web.chat.update({ channel: CHANNEL, ts, text: "hello again" });
  const reply = await web.chat.postMessage({ channel: CHANNEL, thread_ts: ts, text: "a reply" });
  await web.chat.postEphemeral({ channel: CHANNEL, user: ALICE, text: "only you" });
  assert.ok((await web.chat.getPermalink({ channel: CHANNEL, message_ts: ts })).permalink.includes(CHANNEL));
  const found = (await web.conversations.history({ channel: CHANNEL, include_all_metadata: true, limit: 5 })).messages[0];
  assert.deepEqual(found.metadata, { event_type: "card", event_payload: { key: "op/7" } });
  assert.equal(found.reply_count, 1);
  assert.equal((await web.conversations.replies({ channel: CHANNEL, ts })).messages.length, 2);

  await web.reactions.add({ channel: CHANNEL, timestamp: ts, name: "eyes" });
  await refused(web.reactions.add({ channel: CHANNEL, timestamp: ts, name: "eyes" }), "already_reacted");
  assert.deepEqual((await web.reactions.get({ channel: CHANNEL, timestamp: ts, full: true })).message.reactions, [{ name: "eyes", users: [me.user_id], count: 1 }]);
  await web.reactions.remove({ channel: CHANNEL, timestamp: ts, name: "eyes" });
  await refused(web.reactions.remove({ channel: CHANNEL, timestamp: ts, name: "eyes" }), "no_reaction");
  await web.pins.add({ channel: CHANNEL, timestamp: ts });
  assert.equal((await web.pins.list({ channel: CHANNEL })).items[0].message.ts, ts);
  await web.pins.remove({ channel: CHANNEL, timestamp: ts });
  await web.chat.delete({ channel: CHANNEL, ts: reply.ts });
  await refused(web.chat.delete({ channel: CHANNEL, ts: reply.ts }), "message_not_found");

  const { channel } = await web.conversations.create({ name: "inc-7-search" });
  await refused(web.conversations.create({ name: "inc-7-search" }), "name_taken");
  await web.conversations.invite({ channel: channel.id, users: `${ALICE},${BOB}` });
  await web.conversations.setTopic({ channel: channel.id, topic: "sev1" });
  assert.equal((await web.conversations.info({ channel: channel.id, include_num_members: true })).channel.num_members, 3);
  assert.equal((await web.conversations.members({ channel: channel.id })).members.length, 3);
  const { bookmark } = await web.bookmarks.add({ channel_id: channel.id, title: "Incident", type: "link", link: "https://example.com/1" });
  await web.bookmarks.edit({ channel_id: channel.id, bookmark_id: bookmark.id, title: "Incident 7" });
  assert.equal((await web.bookmarks.list({ channel_id: channel.id })).bookmarks[0].title, "Incident 7");
  await web.bookmarks.remove({ channel_id: channel.id, bookmark_id: bookmark.id });
  await web.filesUploadV2({ channel_id: channel.id, filename: "log.txt", content: "line 1\nline 2", initial_comment: "The log" });
  await web.conversations.archive({ channel: channel.id });
  await refused(web.chat.postMessage({ channel: channel.id, text: "too late" }), "is_archived");
  await web.conversations.unarchive({ channel: channel.id });
  const listed = [];
  for await (const page of web.paginate("conversations.list", { limit: 1, types: "public_channel,private_channel" })) listed.push(...page.channels);
  assert.ok(listed.length >= 3, `${listed.length} channels`);
  const direct = await web.conversations.open({ users: ALICE });
  await web.chat.postMessage({ channel: direct.channel.id, text: "between us" });

  const { user } = await web.users.info({ user: ALICE });
  assert.equal((await web.users.lookupByEmail({ email: user.profile.email })).user.id, ALICE);
  assert.ok((await web.users.list()).members.some((member) => member.id === BOB));
  assert.equal((await web.usergroups.list({ include_users: true })).usergroups[0].id, GROUP);
  assert.deepEqual((await web.usergroups.users.list({ usergroup: GROUP })).users, [ALICE]);
  await refused(web.views.open({ trigger_id: "1.2.3", view: { type: "modal", title: { type: "plain_text", text: "T" }, blocks: [] } }), "invalid_trigger_id");
  const long = await refused(web.chat.postMessage({ channel: CHANNEL, text: "x", blocks: [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3001) } }] }), "invalid_blocks");
  assert.ok(long.response_metadata.messages[0].includes("/blocks/0/text/text"), JSON.stringify(long));
  console.log("done");
}

main().catch((error) => { console.log(`error: ${error.stack} ${JSON.stringify(error.data ?? {})}`); process.exit(1); });

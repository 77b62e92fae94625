// @slack/socket-mode by itself: says what it is sent, and takes it or leaves it as the test wants.
const { SocketModeClient } = require("@slack/socket-mode");

const { SLACK_API_URL, SLACK_APP_TOKEN } = process.env;
const logger = { error: console.error, warn() {}, info() {}, debug() {}, setLevel() {}, setName() {}, getLevel: () => "error" };
const client = new SocketModeClient({ appToken: SLACK_APP_TOKEN, clientOptions: { slackApiUrl: SLACK_API_URL + "/" }, logger });
let ignored = Number(process.env.IGNORED ?? 0);

client.on("slack_event", async ({ ack, type, body, retry_num, retry_reason }) => {
  const what = type === "events_api" ? body.event.type : type;
  console.log(`${what} ${retry_num ?? "-"} ${retry_reason || "-"}`);
  if (type === "events_api" && ignored-- > 0) return;
  await ack();
});
client.on("connected", () => console.log("connected"));
client.on("reconnecting", () => console.log("reconnecting"));
client.start().then(() => console.log("ready"), (error) => { console.log(`error: ${error.message}`); process.exit(1); });

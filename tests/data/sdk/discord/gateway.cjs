// Talks to the gateway without a library, wrongly on purpose, and tells with which code it was closed.
'use strict';
const WebSocket = require('ws');

const tell = (what, more = {}) => console.log(JSON.stringify({ what, ...more }));
const { DISCORD_GATEWAY: url, DISCORD_TOKEN: token } = process.env;
const GUILDS = 1;
const GUILD_MESSAGES = 512;
const properties = { os: 'linux', browser: 'hand', device: 'hand' };
const identify = (more = {}) => ({ op: 2, d: { token, intents: GUILDS | GUILD_MESSAGES, properties, ...more } });

// Connects, and sends one thing after the other as soon as Hello is there.
function session(name, sends, query = '?v=10&encoding=json') {
  return new Promise((done) => {
    const socket = new WebSocket(url + query);
    socket.on('message', (data) => {
      const payload = JSON.parse(data);
      if (payload.op === 10) for (const one of sends) socket.send(typeof one === 'string' ? one : JSON.stringify(one));
      if (payload.op === 9) { tell('invalid session', { case: name, resumable: payload.d }); socket.close(1000); }
      if (payload.t === 'MESSAGE_CREATE') tell('heard', { content: payload.d.content });
      if (payload.t === 'READY' && name === 'zombie') tell('listening');
    });
    socket.on('close', (code) => { tell('closed', { case: name, code }); done(); });
  });
}

(async () => {
  await session('presence before identify', [{ op: 3, d: {} }]);
  await session('no JSON', ['{']);
  await session('too long', [identify({ padding: 'x'.repeat(5000) })]);
  await session('unknown opcode', [{ op: 99, d: null }]);
  await session('identified twice', [identify(), identify()]);
  await session('wrong token', [identify({ token: 'MTIz.wrong.token' })]);
  await session('unknown intents', [identify({ intents: 2 ** 30 })]);
  await session('wrong shard', [identify({ shard: [1, 2] })]);
  await session('old version', [], '?v=6&encoding=json');
  await session('another encoding', [], '?v=10&encoding=etf');
  await session('too many sends', [identify(), ...Array(121).fill({ op: 3, d: {} })]);
  await session('unknown session', [{ op: 6, d: { token, session_id: 'gone', seq: 1 } }]);
  await session('zombie', [identify()]);
})();

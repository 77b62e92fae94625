// An interactions endpoint that trusts Discord's own library (discord-interactions) with the signature.
'use strict';
const http = require('node:http');
const { InteractionResponseType, InteractionType, verifyKey } = require('discord-interactions');

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    const body = Buffer.concat(parts);
    const { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp } = request.headers;
    const genuine = await verifyKey(body, signature, timestamp, process.env.DISCORD_PUBLIC_KEY);
    const end = (status, answer) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      console.log(JSON.stringify({ what: 'asked', status, type: genuine ? JSON.parse(body).type : null }));
    };
    if (!genuine) return end(401, { error: 'invalid request signature' });
    const interaction = JSON.parse(body);
    if (interaction.type === InteractionType.PING) return end(200, { type: InteractionResponseType.PONG });
    const content = `${interaction.member.user.username} typed ${interaction.data.name}`;
    return end(200, { type: InteractionResponseType.CHANNEL_MESSAGE_WITH_SOURCE, data: { content } });
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ what: 'listening', port: server.address().port })));

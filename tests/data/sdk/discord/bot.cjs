// A small bot on discord.js, as its guide writes one. It tells on its output, line by line, what it got; the test reads that.
'use strict';
const {
  ActionRowBuilder, ApplicationCommandOptionType, ApplicationCommandType, AttachmentBuilder, ButtonBuilder, ButtonStyle, Client,
  EmbedBuilder, Events, GatewayIntentBits, MessageFlags, ModalBuilder, Partials, StringSelectMenuBuilder, TextInputBuilder,
  TextInputStyle,
} = require('discord.js');

const tell = (what, more = {}) => console.log(JSON.stringify({ what, ...more }));
process.on('unhandledRejection', (error) => tell('error', { error: String(error), code: error.code }));

const client = new Client({
  intents: [
    GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.GuildMessageReactions,
    GatewayIntentBits.MessageContent, GatewayIntentBits.GuildMembers,
  ],
  partials: [Partials.Message, Partials.Reaction],
  rest: { api: process.env.DISCORD_API, retries: 3 },
});

const commands = [
  {
    name: 'deploy', description: 'Roll a version out',
    options: [
      { name: 'service', description: 'Which service', type: ApplicationCommandOptionType.String, required: true, autocomplete: true },
      { name: 'tag', description: 'Which version', type: ApplicationCommandOptionType.String },
    ],
  },
  { name: 'whisper', description: 'Answers for one person only' },
  { name: 'Add to timeline', type: ApplicationCommandType.Message },
];

client.once(Events.ClientReady, async () => {
  const set = await client.application.commands.set(commands);
  const channels = client.guilds.cache.first().channels.cache.map((one) => one.name).sort();
  tell('ready', { user: client.user.username, commands: set.map((one) => one.name), channels });
});

const rows = () => [
  new ActionRowBuilder().addComponents(
    new ButtonBuilder().setCustomId('approve').setLabel('Approve').setStyle(ButtonStyle.Success),
    new ButtonBuilder().setCustomId('declare').setLabel('Declare').setStyle(ButtonStyle.Danger),
    new ButtonBuilder().setURL('https://example.com/op/1').setLabel('Open').setStyle(ButtonStyle.Link),
  ),
  new ActionRowBuilder().addComponents(
    new StringSelectMenuBuilder().setCustomId('service').setPlaceholder('Service')
      .addOptions({ label: 'Search', value: 'search-api' }, { label: 'Checkout', value: 'checkout' }),
  ),
];

const modal = () => new ModalBuilder().setCustomId('incident').setTitle('Declare an incident').addComponents(
  new ActionRowBuilder().addComponents(
    new TextInputBuilder().setCustomId('title').setLabel('Title').setStyle(TextInputStyle.Short)),
  new ActionRowBuilder().addComponents(
    new TextInputBuilder().setCustomId('details').setLabel('Details').setStyle(TextInputStyle.Paragraph).setRequired(false)),
);

async function answer(interaction) {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    const fitting = ['search-api', 'checkout'].filter((one) => one.startsWith(typed));
    return interaction.respond(fitting.map((one) => ({ name: one, value: one })));
  }
  if (interaction.isMessageContextMenuCommand()) {
    return interaction.reply({ content: `noted: ${interaction.targetMessage.content}`, flags: MessageFlags.Ephemeral });
  }
  if (interaction.isButton() && interaction.customId === 'declare') return interaction.showModal(modal());
  if (interaction.isButton()) return interaction.update({ content: `approved by ${interaction.user.username}`, components: [] });
  if (interaction.isStringSelectMenu()) {
    await interaction.deferUpdate();
    return interaction.editReply({ content: `chose ${interaction.values.join(', ')}` });
  }
  if (interaction.isModalSubmit()) {
    await interaction.reply(`INC-1: ${interaction.fields.getTextInputValue('title')}`);
    return interaction.followUp({ content: 'only you see this', flags: MessageFlags.Ephemeral });
  }
  if (interaction.commandName === 'whisper') return interaction.reply({ content: 'psst', flags: MessageFlags.Ephemeral });
  await interaction.deferReply();
  const embed = new EmbedBuilder().setTitle('OP-1').setDescription(`deploy ${interaction.options.getString('service')}`)
    .addFields({ name: 'Tag', value: interaction.options.getString('tag') ?? 'none' }).setFooter({ text: 'waits for one more' });
  const shown = await interaction.editReply({ content: 'Plan', embeds: [embed], components: rows() });
  tell('shown', { id: shown.id, fetched: (await interaction.fetchReply()).embeds[0].title });
}

client.on(Events.InteractionCreate, (interaction) => answer(interaction).then(
  () => tell('answered', { type: interaction.type }),
  (error) => tell('error', { error: String(error), code: error.code })));

client.on(Events.MessageReactionAdd, async (reaction, user) => {
  if (user.id === client.user.id) return;
  const users = await reaction.users.fetch();
  tell('reacted', { emoji: reaction.emoji.name, by: user.username, all: users.map((one) => one.username).sort() });
});
client.on(Events.MessageReactionRemove, (reaction, user) => tell('took back', { emoji: reaction.emoji.name, by: user.id }));

client.on(Events.MessageCreate, async (message) => {
  if (message.author.bot || !message.mentions.has(client.user)) return;
  const reply = await message.reply({ content: 'looking', allowedMentions: { parse: [] } });
  await reply.react('✅');
  await reply.pin();
  const thread = await message.startThread({ name: 'Search is slow' });
  await thread.send({ content: 'log', files: [new AttachmentBuilder(Buffer.from('all lines'), { name: 'log.txt' })] });
  await message.channel.setTopic('INC-1 is open');
  const post = await message.guild.channels.cache.find((one) => one.name === 'incidents')
    .threads.create({ name: 'INC-1', message: { content: 'It began at 03:00' } });
  await post.setArchived(true);
  const page = await message.channel.messages.fetch({ limit: 10 });
  tell('mentioned', { text: message.content, page: page.map((one) => one.content), thread: thread.id, member: message.member.displayName });
  const once = { content: 'once', nonce: '42', enforceNonce: true };
  const [first, second] = [await message.channel.send(once), await message.channel.send(once)];
  tell('posted twice', { same: first.id === second.id });
});

client.on(Events.ShardResume, (id, replayed) => tell('resumed', { replayed }));
client.on(Events.ShardReconnecting, () => tell('reconnecting'));
client.on(Events.ThreadUpdate, (before, after) => tell('thread', { name: after.name, archived: after.archived }));
client.on(Events.Error, (error) => tell('error', { error: String(error), code: error.code }));
client.login(process.env.DISCORD_TOKEN).catch((error) => tell('error', { error: String(error), code: error.code }));

-- The console's own rooms: what another chat platform keeps on its servers.

-- Every change takes the next number under this row's lock, so numbers become visible in order: whoever has seen change n has
-- seen everything below it.
create table console_clock (
    only_row boolean primary key default true check (only_row),
    change bigint not null
);
insert into console_clock (change) values (0);

create function console_next_change() returns bigint language sql as $$
    update console_clock set change = change + 1 returning change
$$;

create table console_message (
    id bigint generated always as identity primary key,
    channel text not null,
    -- The message that the thread hangs under; threads do not nest.
    thread bigint references console_message (id),
    -- The console account that said it; null for the bot.
    account text,
    words text,
    -- The label of the button whose press typed the words.
    pressed text,
    -- The sender's own id of what they said: saying it again is the same row.
    delivery text,
    -- What the bot says, and under which key.
    card jsonb,
    key text unique,
    -- Whether the words are meant for the bot, and when it took them in.
    for_bot boolean not null default false,
    taken_in_at timestamptz,
    created_at timestamptz not null default now(),
    edited_at timestamptz,
    change bigint not null default console_next_change(),
    unique (account, delivery),
    check ((account is null) = (words is null)),
    check ((account is null) = (delivery is null)),
    check ((account is null) = (card is not null)),
    check ((account is null) = (key is not null))
);
create index console_message_of_channel on console_message (channel, id) where thread is null;
create index console_message_of_thread on console_message (thread, id) where thread is not null;
create index console_message_by_change on console_message (change);

-- A reaction taken away stays as a row, so that each turn has its own number and is delivered to the bot once.
create table console_reaction (
    message_id bigint not null references console_message (id),
    account text not null,
    reaction text not null,
    present boolean not null,
    turn bigint not null default 1,
    at timestamptz not null default now(),
    primary key (message_id, account, reaction)
);

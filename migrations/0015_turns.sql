-- Turns: a channel's messages in the order in which they began to wait, no faster than its platform takes them; what all replicas
-- together may ask of a platform; signed requests that were taken; and homes that somebody has open.

-- A card that is edited every second is the oldest message for ever, and in the order of ids nothing newer had its turn: the
-- order is that of `due_at`, which is when the message began to lag, or when it was put behind the others.
update message set due_at = waiting_since where sent_version < version and dead_reason is null;
create index message_in_turn on message (platform, channel, due_at, id) where sent_version < version and dead_reason is null;

alter table outbox_lane
    -- Until then it is paid for what was sent there: a pause for each message, of which a few may be owed.
    add column paced_until timestamptz;

create or replace function outbox_lane_follows() returns trigger language plpgsql as $$
declare
    free_at timestamptz;
begin
    select greatest(lease_until, now()) into free_at from message
        where platform = old.platform and channel = old.channel and sent_version < version and dead_reason is null
        order by due_at, id limit 1;
    if not found then
        free_at := now();
        perform from outbox_lane where platform = old.platform and channel = old.channel for update skip locked;
        if found then
            -- What was committed until the lock was had is seen by a new look only.
            select greatest(lease_until, now()) into free_at from message
                where platform = old.platform and channel = old.channel and sent_version < version and dead_reason is null
                order by due_at, id limit 1;
        end if;
    end if;
    update outbox_lane set due_at = greatest(not_before, coalesce(free_at, 'infinity'))
        where platform = old.platform and channel = old.channel;
    return null;
end
$$;

-- How often all replicas together may ask something of a platform.
create table budget (
    -- `slack/T0123ABCD/chat.update`
    name text primary key,
    -- Until then it is paid for what was asked: a pause for each time, of which a few may be owed.
    paced_until timestamptz not null
);

-- Signed requests that were taken, by their signature: whoever sends one of them again is not who signed it.
create table signed_request (
    signature text primary key,
    taken_at timestamptz not null default now()
);
create index signed_request_by_age on signed_request (taken_at);

-- The pages that people have for themselves alone, as Slack's App Home, once they opened them.
create table open_home (
    platform text not null,
    account text not null,
    opened_at timestamptz not null,
    -- When it is compared again with what it should show. Infinity: nobody has opened it for long.
    due_at timestamptz not null,
    -- The digest of what it shows; null: it is shown anew.
    shown text,
    -- What was pressed there last, and the channel where that was said.
    pressed text,
    said_in text,
    primary key (platform, account),
    check ((pressed is null) = (said_in is null))
);
create index open_home_due on open_home (platform, due_at) where due_at < 'infinity';

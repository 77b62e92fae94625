-- Lanes, so that a claim looks at one row a lane however many wait in it; a channel's gate; posts whose outcome is not known;
-- and dead letters: what was given up, until somebody replays it.

alter table inbox
    -- Since when it waits: since it came, or since it was replayed.
    add column waiting_since timestamptz not null default now(),
    -- How often a worker took it and was never heard of again.
    add column abandoned integer not null default 0,
    -- When it was given up, and under which reference the log has the failure.
    add column dead_at timestamptz,
    add column dead_reference text;
update inbox set dead_at = done_at where dead_reason is not null;
create index inbox_dead on inbox (id) where dead_reason is not null;

alter table message
    -- Since when the chat lags behind, and since when what it should show is what it is now.
    add column waiting_since timestamptz not null default now(),
    add column changed_at timestamptz not null default now(),
    -- When a post began of which nobody knows yet whether it was done; written before the post is sent.
    add column posting_since timestamptz,
    add column abandoned integer not null default 0,
    add column dead_at timestamptz,
    add column dead_reference text;
update message set dead_at = now() where dead_reason is not null;
create index message_dead on message (id) where dead_reason is not null;

-- One row a lane of the inbox. Triggers keep it in step with the oldest waiting row, whoever writes to the inbox.
create table inbox_lane (
    lane text primary key,
    -- When the oldest waiting row may be taken: not before its retry, nor while somebody holds it. Infinity: nothing waits.
    due_at timestamptz not null
);
create index inbox_lane_due on inbox_lane (due_at) where due_at < 'infinity';

-- One row a channel: messages go out one at a time, oldest first.
create table outbox_lane (
    platform text not null,
    channel text not null,
    -- The gate: nothing goes there earlier, whatever is put meanwhile. Closed by the platform's Retry-After and by failures,
    -- opened early only by a send that went through.
    not_before timestamptz,
    -- Failed sends in a row; the wait grows with them.
    failures integer not null default 0,
    due_at timestamptz not null,
    primary key (platform, channel)
);
create index outbox_lane_due on outbox_lane (platform, due_at) where due_at < 'infinity';

insert into inbox_lane (lane, due_at)
    select distinct on (lane) lane, greatest(due_at, lease_until) from inbox where done_at is null order by lane, id;
insert into outbox_lane (platform, channel, due_at)
    select distinct on (platform, channel) platform, channel, greatest(due_at, lease_until) from message
    where sent_version < version and dead_reason is null order by platform, channel, id;

-- Whoever stores a row holds its lane in share until the commit, so those who store do not wait for each other. Only who gets the
-- lane alone puts it to sleep, and nobody waits for that: a lane that stays awake with nothing in it does no harm, one that
-- sleeps over a row would.
create function inbox_lane_wakes() returns trigger language plpgsql as $$
begin
    perform from inbox_lane where lane = new.lane and due_at < 'infinity' for key share;
    if not found then
        insert into inbox_lane as known (lane, due_at) values (new.lane, new.due_at)
        on conflict (lane) do update set due_at = least(known.due_at, excluded.due_at);
    end if;
    return null;
end
$$;
create trigger inbox_lane_wakes after insert on inbox for each row execute function inbox_lane_wakes();

create function inbox_lane_follows() returns trigger language plpgsql as $$
declare
    free_at timestamptz;
begin
    select greatest(due_at, lease_until) into free_at
        from inbox where lane = old.lane and done_at is null order by id limit 1;
    if not found then
        free_at := now();
        perform from inbox_lane where lane = old.lane for update skip locked;
        if found then
            -- What was committed until the lock was had is seen by a new look only.
            select greatest(due_at, lease_until) into free_at
                from inbox where lane = old.lane and done_at is null order by id limit 1;
        end if;
    end if;
    update inbox_lane set due_at = coalesce(free_at, 'infinity') where lane = old.lane;
    return null;
end
$$;
create trigger inbox_lane_follows after update of due_at, lease_until, done_at or delete on inbox
    for each row execute function inbox_lane_follows();

create function outbox_lane_wakes() returns trigger language plpgsql as $$
begin
    perform from outbox_lane
        where platform = new.platform and channel = new.channel and due_at < 'infinity' for key share;
    if not found then
        insert into outbox_lane as known (platform, channel, due_at) values (new.platform, new.channel, now())
        on conflict (platform, channel)
            do update set due_at = least(known.due_at, greatest(known.not_before, excluded.due_at));
    end if;
    return null;
end
$$;
create trigger outbox_lane_wakes after insert on message for each row execute function outbox_lane_wakes();
create trigger outbox_lane_wakes_for_an_edit after update of version on message
    for each row execute function outbox_lane_wakes();

create function outbox_lane_follows() returns trigger language plpgsql as $$
declare
    free_at timestamptz;
begin
    select greatest(lease_until, now()) into free_at from message
        where platform = old.platform and channel = old.channel and sent_version < version and dead_reason is null
        order by id limit 1;
    if not found then
        free_at := now();
        perform from outbox_lane where platform = old.platform and channel = old.channel for update skip locked;
        if found then
            select greatest(lease_until, now()) into free_at from message
                where platform = old.platform and channel = old.channel and sent_version < version and dead_reason is null
                order by id limit 1;
        end if;
    end if;
    update outbox_lane set due_at = greatest(not_before, coalesce(free_at, 'infinity'))
        where platform = old.platform and channel = old.channel;
    return null;
end
$$;
create trigger outbox_lane_follows after update of sent_version, lease_until or delete on message
    for each row execute function outbox_lane_follows();
create trigger outbox_lane_follows_the_dead after update of dead_reason on message
    for each row when (old.dead_reason is distinct from new.dead_reason)
    execute function outbox_lane_follows();

-- New dead letters are said in chat on one card an episode: from the first until none is left.
create table dead_letter_episode (
    id bigint generated always as identity primary key,
    opened_at timestamptz not null default now(),
    closed_at timestamptz
);
create unique index one_open_dead_letter_episode on dead_letter_episode ((true)) where closed_at is null;

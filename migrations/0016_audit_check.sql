-- Checks of the chain over the timeline that somebody asked for in a chat: done in short steps, by whichever replica takes the next one.

create table audit_check (
    -- The request; its answer says how far the check is, and what came of it.
    asked_by bigint primary key references inbox (id),
    platform text not null,
    channel text not null,
    thread text,
    -- The last seal and the last row of the timeline that it looks at; noted by its first step.
    last_seq bigint,
    last_row bigint,
    -- The last seal that was looked at and fits, as seq:hash; null before the first one.
    head text,
    -- Up to this row of the timeline each has a seal.
    sealed_up_to bigint not null default 0,
    done_at timestamptz
);
-- It reads everything there is, so one is enough.
create unique index one_audit_check on audit_check ((done_at is null)) where done_at is null;

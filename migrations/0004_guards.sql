-- What holds changes back by somebody's word, and what was done past it.

-- Locks of people. A lock that came off, or whose time is up, stays as a row.
create table change_lock (
    id bigint generated always as identity primary key,
    -- One of the two, or both: a service in one environment.
    service text,
    environment text,
    reason text not null,
    locked_by text not null,
    locked_at timestamptz not null,
    -- Null: until somebody unlocks it. Only now() of this server decides that it is over.
    until timestamptz,
    unlocked_by text,
    unlocked_at timestamptz,
    check (service is not null or environment is not null),
    check ((unlocked_by is null) = (unlocked_at is null))
);
create index change_lock_standing on change_lock (id) where unlocked_at is null;

-- Operations that passed every guard and approval: each is looked at afterwards by somebody else.
create table review (
    operation_id bigint primary key references operation (id),
    broken_by text not null,
    opened_at timestamptz not null,
    reviewed_by text,
    reviewed_at timestamptz,
    -- What the reviewer found.
    text text,
    check ((reviewed_by is null) = (reviewed_at is null)),
    check ((reviewed_by is null) = (text is null)),
    -- Nobody reviews their own.
    check (reviewed_by <> broken_by)
);
create index review_open on review (operation_id) where reviewed_at is null;

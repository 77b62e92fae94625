-- What people want to be reminded of: said once, when it is time, by any replica.

create table reminder (
    id bigint generated always as identity primary key,
    -- The inbox row that asked for it: asked once, it is there once.
    asked_by bigint not null unique references inbox (id),
    person text not null,
    platform text not null,
    channel text not null,
    thread text,
    text text not null,
    due_at timestamptz not null,
    said_at timestamptz
);
create index reminder_due on reminder (due_at) where said_at is null;

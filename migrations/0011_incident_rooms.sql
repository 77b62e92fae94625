-- Incidents that have a channel of their own: what each should be, and how far the platform has got.

create table incident_room (
    incident_id bigint primary key references incident (id),
    platform text not null,
    -- The channel where the incident was declared: its own is in the same workspace.
    origin text not null,
    -- commands::incident::room::Wanted.
    wanted jsonb not null,
    -- Raised by every change of what is wanted; brought to the platform up to kept_version.
    version integer not null default 1,
    kept_version integer not null default 0,
    changed_at timestamptz not null default now(),
    -- The platform's channel; null until it is made.
    channel text,
    due_at timestamptz not null default now(),
    lease_until timestamptz,
    epoch bigint not null default 0,
    -- Failed tries in a row; the wait grows with them.
    failures integer not null default 0
);
create index incident_room_due on incident_room (due_at) where kept_version < version;
create unique index incident_room_channel on incident_room (platform, channel);

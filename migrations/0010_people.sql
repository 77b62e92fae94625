-- Alerts that somebody keeps quiet for a while, and accounts that people have linked to themselves.

-- A silence is one of a group, whatever its episodes: what fires anew meanwhile is quiet, too. One that is over stays as a row.
create table silence (
    id bigint generated always as identity primary key,
    source text not null,
    group_key text not null,
    -- The episode whose card it was asked for on.
    alert_group_id bigint not null references alert_group (id),
    silenced_by text not null,
    silenced_at timestamptz not null,
    -- Only now() of this server decides that it is over.
    until timestamptz not null,
    ended_at timestamptz,
    -- Who ended it; null while it stands, and where its time was up.
    ended_by text,
    -- The source's own id of the silence that was made there, too.
    remote_id text,
    -- When that one is to be brought in line with this row; null: it is, or the policy does not say where.
    remote_due_at timestamptz,
    check (silenced_at < until),
    check (ended_by is null or ended_at is not null)
);
create unique index one_silence_a_group on silence (source, group_key) where ended_at is null;
create index silence_due on silence (until) where ended_at is null;
create index silence_to_tell on silence (remote_due_at) where remote_due_at is not null;

-- An account beside those of the policy file, and whose it is. One that was unlinked stays as a row.
create table account_link (
    id bigint generated always as identity primary key,
    platform text not null,
    -- The platform's own id.
    account text not null,
    person text not null,
    -- The account from which it was named, as platform/id.
    named_from text not null,
    linked_at timestamptz not null default now(),
    unlinked_at timestamptz,
    unlinked_by text,
    check ((unlinked_at is null) = (unlinked_by is null))
);
create unique index one_person_an_account on account_link (platform, account) where unlinked_at is null;

-- Codes that were given out: each for one account, for ten minutes, and once.
create table link_code (
    id bigint generated always as identity primary key,
    platform text not null,
    account text not null,
    person text not null,
    named_from text not null,
    -- SHA-256 of the account and the code.
    hash bytea not null,
    given_at timestamptz not null default now(),
    expires_at timestamptz not null,
    -- Wrong codes that the account has tried.
    tries integer not null default 0,
    -- When it was used, or a newer one took its place.
    closed_at timestamptz
);
create unique index one_open_code_an_account on link_code (platform, account) where closed_at is null;

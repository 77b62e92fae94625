-- What was recorded is sealed in a chain that anybody can check, and no program works on a schema that it does not know.

-- One seal for each row of the timeline, in one sequence without a gap, each over the one before it. The timeline alone shows
-- that the bot changes nothing; the chain shows that nobody did, not even the owner of the tables.
create table timeline_seal (
    seq bigint primary key,
    timeline_id bigint not null unique,
    -- The hash of the seal before; 32 zero bytes for the first.
    previous bytea not null,
    hash bytea not null
);
create trigger timeline_is_append_only before update or delete on timeline_seal
    for each row execute function timeline_is_append_only();
create trigger timeline_is_not_truncated before truncate on timeline_seal
    for each statement execute function timeline_is_append_only();

-- The form over which the hash is made; commands/src/seal.rs makes the same one. Each field is `9:something` and a newline, or `-`
-- and a newline for null, so that no value can be taken for another, or for two. Lengths are in bytes of UTF-8, moments are
-- microseconds since 1970, hashes lower-case hexadecimal, JSON as jsonb prints it.
create function timeline_canonical(seq bigint, previous bytea, event timeline) returns text language plpgsql stable as $$
declare
    field text;
    canonical text := '';
begin
    foreach field in array array[
        seq::text,
        encode(previous, 'hex'),
        event.id::text,
        (extract(epoch from event.at) * 1000000)::bigint::text,
        (extract(epoch from event.recorded_at) * 1000000)::bigint::text,
        event.key,
        event.incident_id::text,
        event.operation_id::text,
        event.alert_group_id::text,
        event.actor::text,
        event.event::text
    ] loop
        canonical := canonical || coalesce(octet_length(convert_to(field, 'UTF8')) || ':' || field, '-') || chr(10);
    end loop;
    return canonical;
end
$$;

-- The lock is held from the first seal of a transaction to its commit, so the next one sees this one's and none is skipped.
create function timeline_add_seal(event timeline) returns void language plpgsql as $$
declare
    last_seq bigint;
    last_hash bytea;
begin
    perform pg_advisory_xact_lock(6085214327740912);
    select seq, hash into last_seq, last_hash from timeline_seal order by seq desc limit 1;
    last_seq := coalesce(last_seq, 0);
    last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
    insert into timeline_seal (seq, timeline_id, previous, hash)
    values (last_seq + 1, event.id, last_hash,
            sha256(convert_to(timeline_canonical(last_seq + 1, last_hash, event), 'UTF8')));
end
$$;

-- Runs as the owner: whoever may append cannot write a seal of their own.
create function timeline_seal_new() returns trigger language plpgsql security definer as $$
begin
    perform timeline_add_seal(new);
    return null;
end
$$;
-- Somebody's temporary table must not be taken for the chain, and nobody may hang this on a table of theirs.
do $$
begin
    execute format('alter function timeline_seal_new() set search_path = pg_catalog, %I, pg_temp', current_schema());
end
$$;
revoke execute on function timeline_seal_new(), timeline_add_seal(timeline) from public;

-- What was recorded before is sealed as it stands now.
do $$
declare
    event timeline;
begin
    for event in select * from timeline order by id loop
        perform timeline_add_seal(event);
    end loop;
end
$$;

-- Deferred: the lock is taken when everything else of the transaction is done, so appending waits for nobody before that.
create constraint trigger timeline_is_sealed after insert on timeline
    deferrable initially deferred for each row execute function timeline_seal_new();

-- A running program says at each connection which schema it was built for. One that was built for another is refused by every
-- table, before and after a migration alike; until here programs said nothing, but their name. Whoever is no such program, as
-- somebody with psql, is let through.
create function schema_is_the_programs() returns trigger language plpgsql as $$
declare
    knows text := coalesce(current_setting('watchkeeper.schema', true), '');
    has bigint;
begin
    if knows = '' and current_setting('application_name') <> 'watchkeeper' then
        return null;
    end if;
    select max(version) into has from _sqlx_migrations;
    if knows is distinct from has::text then
        raise exception 'this program was built for %, and the database has schema %',
            case knows when '' then 'an earlier schema' else 'schema ' || knows end, has
            using errcode = 'WK001';
    end if;
    return null;
end
$$;

-- As sqlx makes it: `serve` has it before the first migration, other tools that run these files have not.
create table if not exists _sqlx_migrations (
    version bigint primary key,
    description text not null,
    installed_on timestamptz not null default now(),
    success boolean not null,
    checksum bytea not null,
    execution_time bigint not null
);

-- Each migration, this one included, ends by noting itself. Then every table gets the guard, whoever made it, under a lock that
-- waits for all who are writing: what they write is committed before the new schema is, and whoever writes next finds it.
create function schema_has_changed() returns trigger language plpgsql as $$
declare
    guarded regclass;
begin
    for guarded in
        select ours.oid::regclass from pg_class ours join pg_class migrations
            on ours.relnamespace = migrations.relnamespace and ours.relowner = migrations.relowner
        where migrations.oid = tg_relid and ours.relkind = 'r'
          -- The chain is written by the timeline's trigger alone.
          and ours.oid not in (migrations.oid, 'timeline_seal'::regclass)
        order by ours.relname
    loop
        execute format('lock table %s in share row exclusive mode', guarded);
        if not exists (select from pg_trigger where tgrelid = guarded and tgname = 'schema_is_the_programs') then
            execute format('create trigger schema_is_the_programs before insert or update or delete or truncate on %s
                            for each statement execute function schema_is_the_programs()', guarded);
        end if;
    end loop;
    -- What an older program has taken and can no longer finish waits for nobody; handling it twice is handling it once.
    update inbox set lease_until = null where lease_until is not null and done_at is null;
    return null;
end
$$;
create trigger schema_has_changed after insert on _sqlx_migrations
    for each statement execute function schema_has_changed();

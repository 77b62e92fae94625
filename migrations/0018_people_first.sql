-- What people ask is taken by itself: nobody at 3 a.m. waits behind the alerts that made them get up.

alter table inbox
    -- Whether a person waits for what comes of it; otherwise an alert source, which has its 2xx.
    add column from_person boolean not null default false;
update inbox set from_person = body ? 'request' where done_at is null;

alter table inbox_lane
    -- As its rows are: a lane is of one person, or of one group of alerts.
    add column from_person boolean not null default false;
update inbox_lane set from_person = true
    where lane in (select lane from inbox where done_at is null and from_person);
drop index inbox_lane_due;
create index inbox_lane_due on inbox_lane (from_person, due_at) where due_at < 'infinity';

create or replace function inbox_lane_wakes() returns trigger language plpgsql as $$
begin
    perform from inbox_lane where lane = new.lane and due_at < 'infinity' for key share;
    if not found then
        insert into inbox_lane as known (lane, due_at, from_person) values (new.lane, new.due_at, new.from_person)
        on conflict (lane) do update
            set due_at = least(known.due_at, excluded.due_at), from_person = excluded.from_person;
    end if;
    return null;
end
$$;

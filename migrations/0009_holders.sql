-- Who holds what: a program that never heard that it was given a row finds it again, and does not let it wait for its lease.

alter table inbox
    -- The program that took it last, by a number that it gave itself when it started.
    add column holder uuid;
create index inbox_held on inbox (holder) where lease_until is not null;

alter table operation
    add column holder uuid;
create index operation_held on operation (holder) where lease_until is not null;

alter table message
    add column holder uuid;
create index message_held on message (holder) where lease_until is not null;

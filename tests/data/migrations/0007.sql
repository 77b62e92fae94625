-- A migration that noted itself, as sqlx does it: from now on every table asks who writes.

insert into _sqlx_migrations (version, description, success, checksum, execution_time)
values (7, 'audit', true, '\x00', 1);

-- What is recorded from now on is sealed when it is committed.
insert into timeline (at, key, operation_id, actor, event)
values (now(), 'sample/refused', 1, '{"stranger": "console/mallory"}',
        '{"kind": "command_refused", "words": "approve OP-1", "reason": "I do not know who console/mallory is."}');

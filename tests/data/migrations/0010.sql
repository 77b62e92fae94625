-- A silence that somebody ended and one that stands; an account that is linked, one that was; a code that was used, one that waits.

insert into silence (source, group_key, alert_group_id, silenced_by, silenced_at, until, ended_at, ended_by)
 select source, group_key, id, 'bob', '2026-11-23T08:14:00+00:00'::timestamptz, '2026-11-23T08:44:00+00:00', '2026-11-23T08:20:00+00:00', 'bob'
 from alert_group order by id limit 1;
insert into silence (source, group_key, alert_group_id, silenced_by, silenced_at, until, remote_id)
 select source, group_key, id, 'carol', '2026-11-23T08:21:00+00:00'::timestamptz, '2126-11-23T08:51:00+00:00',
        'f1c87a5e-4d2b-4a55-9f0a-0d5c2f9f4f5e'
 from alert_group order by id limit 1;

insert into account_link (platform, account, person, named_from, linked_at, unlinked_at, unlinked_by)
 values ('slack', 'T0123ABCD/U0000B0B0', 'bob', 'console/bob', '2026-11-23T08:00:00+00:00', null, null),
        ('discord', '53908232506183680', 'bob', 'console/bob', '2026-11-23T08:05:00+00:00', '2026-11-23T09:00:00+00:00', 'bob');

insert into link_code (platform, account, person, named_from, hash, given_at, expires_at, tries, closed_at)
 values ('slack', 'T0123ABCD/U0000B0B0', 'bob', 'console/bob', '\x01', '2026-11-23T07:59:00+00:00', '2026-11-23T08:09:00+00:00', 1, '2026-11-23T08:00:00+00:00'),
        ('slack', 'T0123ABCD/U0CAR0L00', 'carol', 'console/carol', '\x02', '2026-11-23T08:59:00+00:00', '2026-11-23T09:09:00+00:00', 0, null);

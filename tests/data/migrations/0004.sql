-- A lock that came off, one that stands, one whose time is up; a review that was made, and one that is open.

insert into change_lock (service, environment, reason, locked_by, locked_at, until, unlocked_by, unlocked_at)
 values ('search-api', 'production', 'the index is rebuilt', 'bob', '2026-11-23T08:10:00+00:00', null, 'alice', '2026-11-23T08:20:00+00:00'),
        (null, 'production', 'quarter end', 'carol', '2026-11-23T08:30:00+00:00', null, null, null),
        ('search-api', null, 'a migration runs', 'bob', '2026-11-23T08:40:00+00:00', '2026-11-23T09:40:00+00:00', null, null);

insert into review (operation_id, broken_by, opened_at, reviewed_by, reviewed_at, text)
 values (1, 'alice', '2026-11-23T08:15:13.48649+00:00', 'bob', '2026-11-23T09:00:00+00:00', 'it was right'),
        (2, 'alice', '2026-11-23T08:15:19.065043+00:00', null, null, null);

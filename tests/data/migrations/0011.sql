-- An incident with a channel of its own, whose topic is not what it should be yet.

insert into incident_room (incident_id, platform, origin, wanted, version, kept_version, channel)
 select id, 'slack', 'T0123ABCD/C0123ABCD',
        '{"name": "inc-1-search-is-slow", "topic": "INC-1 · sev2", "bookmarks": [], "members": ["alice"], "archived": false}',
        2, 1, 'T0123ABCD/C0456EFGH'
 from incident order by id limit 1;

-- An operation that stood in line behind another and was ended there, and the vote that somebody typed for it.

insert into operation (asked_by, incident_id, environment, namespace, deployment, service, requested_by, plan, digest, place,
                       command, state, planned_at, ready_at, looked_at, ballot, cancelled_by, cancelled_at)
 select 'inbox/9', incident_id, environment, namespace, deployment, service, requested_by, plan, digest, place,
        command, 'waiting', '2026-11-24T07:00:00+00:00', '2026-11-24T07:01:00+00:00', '2026-11-24T07:01:30+00:00', 1,
        'alice', '2026-11-24T07:02:00+00:00'
 from operation where id = 2;
insert into vote (operation_id, person, approve, digest, cast_as)
 select id, 'carol', true, digest, 'typed' from operation where asked_by = 'inbox/9';

-- Something to be reminded of, by whoever is up then.

insert into reminder (asked_by, person, platform, channel, text, due_at)
 select id, 'alice', 'console', 'ops', 'look at the error rate again', now() + interval '30 minutes' from inbox order by id limit 1;

-- Rooms as this version wrote them: what people typed, a card of the bot in its thread, reactions.

insert into console_message (id, channel, thread, account, words, pressed, delivery, card, key, for_bot, taken_in_at, created_at, edited_at, change)
 overriding system value
 values (1,
         'ops',
         null,
         'alice',
         'deploy search-api c0ffee1 to production',
         null,
         '47e71ea1-6c03-4772-a229-737cac1c6df8',
         null,
         null,
         true,
         '2026-11-23T08:15:13.27312+00:00',
         '2026-11-23T08:15:13.23019+00:00',
         null,
         2);
insert into console_message (id, channel, thread, account, words, pressed, delivery, card, key, for_bot, taken_in_at, created_at, edited_at, change)
 overriding system value
 values (2,
         'ops',
         null,
         null,
         null,
         null,
         null,
         '{"tone": "bad", "title": [{"plain": "Deploy "}, {"strong": "search-api"}, {"plain": " to "}, {"strong": "production"}, {"plain": ": "}, {"outside_code": "7c3f2b1"}, {"plain": " → "}, {"outside_code": "c0ffee1"}, {"plain": " — stuck"}], "blocks": [{"fields": [{"label": "Approved by", "value": [{"plain": ""}, {"person": "bob"}, {"plain": ", asked by "}, {"person": "alice"}]}]}, {"paragraph": [{"plain": "The container "}, {"code": "search-api"}, {"plain": " keeps ending"}, {"plain": " with exit code 1"}, {"plain": "."}]}, {"footnote": [{"code": "OP-1"}, {"plain": " · plan "}, {"code": "d6bad97551e4"}, {"plain": " · "}, {"plain": "understood as "}, {"code": "deploy search-api c0ffee1 to production"}]}], "buttons": [{"label": "Roll back", "weight": "danger", "command": "rollback search-api in production to revision 1"}, {"label": "Diagnose", "weight": "plain", "command": "diagnose search-api in production"}], "reactions": []}',
         'op/1',
         false,
         null,
         '2026-11-23T08:15:13.641516+00:00',
         '2026-11-23T08:15:17.870054+00:00',
         8);
insert into console_message (id, channel, thread, account, words, pressed, delivery, card, key, for_bot, taken_in_at, created_at, edited_at, change)
 overriding system value
 values (3,
         'ops',
         null,
         null,
         null,
         null,
         null,
         '{"tone": "good", "title": [{"outside": "HighErrorRate"}, {"plain": " · 2 of 2 resolved"}], "blocks": [{"fields": [{"label": "Service", "value": [{"strong": "search-api"}]}, {"label": "Since", "value": [{"when": "2026-11-23T08:15:17.972132025Z"}]}, {"label": "Until", "value": [{"when": "2026-11-23T08:15:19.371019518Z"}]}, {"label": "Acknowledged", "value": [{"person": "bob"}, {"plain": " at "}, {"when": "2026-11-23T08:15:18.130958Z"}]}, {"label": "Incident", "value": [{"link": {"page": {"timeline": 1}, "label": "INC-1"}}]}]}, {"list": [[{"plain": "resolved "}, {"when": "2026-11-23T08:15:19.371001508Z"}, {"plain": " "}, {"outside_code": "pod=a"}, {"plain": ": "}, {"outside": "5xx above 5 % for 2 minutes"}], [{"plain": "resolved "}, {"when": "2026-11-23T08:15:19.371019518Z"}, {"plain": " "}, {"outside_code": "pod=b"}, {"plain": ": "}, {"outside": "5xx above 5 % for 2 minutes"}]]}, {"paragraph": [{"plain": "Runbook: "}, {"outside": "https://runbooks.example/errors"}]}, {"footnote": [{"plain": "ALERT-1 from alertmanager"}]}], "buttons": [{"label": "Diagnose", "weight": "plain", "command": "diagnose search-api"}], "reactions": []}',
         'alert/1',
         false,
         null,
         '2026-11-23T08:15:18.074744+00:00',
         '2026-11-23T08:15:19.69163+00:00',
         30);
insert into console_message (id, channel, thread, account, words, pressed, delivery, card, key, for_bot, taken_in_at, created_at, edited_at, change)
 overriding system value
 values (4,
         'ops',
         3,
         'bob',
         'incident open ALERT-1',
         'Open incident',
         'ab93d879-8223-481d-a879-bd2815cd83cc',
         null,
         null,
         true,
         '2026-11-23T08:15:18.224424+00:00',
         '2026-11-23T08:15:18.216568+00:00',
         null,
         13);
insert into console_message (id, channel, thread, account, words, pressed, delivery, card, key, for_bot, taken_in_at, created_at, edited_at, change)
 overriding system value
 values (5,
         'ops',
         null,
         null,
         null,
         null,
         null,
         '{"tone": "good", "title": [{"plain": "INC-1 · sev2 · "}, {"outside": "HighErrorRate"}], "blocks": [{"fields": [{"label": "Status", "value": [{"strong": "resolved"}]}, {"label": "Affects", "value": [{"plain": ""}, {"strong": "search-api"}]}, {"label": "Commander", "value": [{"person": "bob"}]}, {"label": "Declared", "value": [{"person": "bob"}, {"plain": " at "}, {"when": "2026-11-23T08:15:18.221911Z"}]}, {"label": "Acknowledged", "value": [{"when": "2026-11-23T08:15:18.130958Z"}]}, {"label": "Mitigated", "value": [{"when": "2026-11-23T08:15:19.775520Z"}]}, {"label": "Resolved", "value": [{"when": "2026-11-23T08:15:19.775520Z"}]}]}, {"list": [[{"plain": "ALERT-1 "}, {"outside": "HighErrorRate"}, {"plain": ": 2 of 2 resolved"}]]}, {"footnote": [{"link": {"page": {"timeline": 1}, "label": "timeline"}}, {"plain": " · 📌 on a message puts it there"}]}], "buttons": [{"label": "Postmortem", "weight": "primary", "command": "postmortem INC-1"}, {"label": "Close", "weight": "plain", "command": "incident close INC-1"}], "reactions": []}',
         'incident/1',
         false,
         null,
         '2026-11-23T08:15:18.268548+00:00',
         '2026-11-23T08:15:19.799844+00:00',
         35);
insert into console_message (id, channel, thread, account, words, pressed, delivery, card, key, for_bot, taken_in_at, created_at, edited_at, change)
 overriding system value
 values (6,
         'ops',
         5,
         'bob',
         'incident role commander bob',
         null,
         '651310eb-c5fd-4336-9854-f53d34045283',
         null,
         null,
         true,
         '2026-11-23T08:15:18.352525+00:00',
         '2026-11-23T08:15:18.337079+00:00',
         null,
         17);

insert into console_reaction (message_id, account, reaction, present, turn, at)
 values (2,
         'bob',
         'approve',
         true,
         1,
         '2026-11-23T08:15:14.082041+00:00');
insert into console_reaction (message_id, account, reaction, present, turn, at)
 values (3,
         'bob',
         'acknowledge',
         true,
         1,
         '2026-11-23T08:15:18.128896+00:00');

-- The next rows are numbered after these.
select setval(pg_get_serial_sequence('console_message', 'id'), (select max(id) from console_message));

-- A message and a delivery that were given up, and the card that says so.

insert into message (key, platform, channel, body, dead_reason, dead_at, dead_reference)
 values ('reply/2', 'console', 'closed', (select body from message where key = 'op/1'), 'there is no channel closed', now(), '5f0c1d2e');
insert into inbox (source, delivery, lane, body, done_at, dead_reason, dead_at, dead_reference)
 values ('alertmanager', '01a20779-4610-7350-8092-b9eeba390dcb', 'alertmanager/{}:{alertname="HighErrorRate"}',
         (select body from inbox where source = 'alertmanager' limit 1), now(), 'cannot read the stored alert group', now(), '77ab01cd');
insert into dead_letter_episode default values;

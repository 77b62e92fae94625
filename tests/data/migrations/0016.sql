-- A check of the chain that is half done.

insert into audit_check (asked_by, platform, channel, last_seq, last_row, head)
 select id, 'console', 'ops', 2, 2, '1:' || repeat('ab', 32) from inbox order by id limit 1;

-- A guild that was heard until a minute ago.

insert into last_heard (line, heard_until) values ('discord/1000000000000000001', now() - interval '1 minute');

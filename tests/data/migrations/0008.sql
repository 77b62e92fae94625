-- An answer that only one person needs to see, on a platform that waits for it.

insert into message (key, platform, channel, body, only_for, answer_to)
 values ('reply/3', 'discord', '81384788765712384/41771983423143937', (select body from message where key = 'op/1'),
         '53908232506183680', 'A_UNIQUE_TOKEN');

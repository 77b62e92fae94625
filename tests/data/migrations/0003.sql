-- What was said and done just before the bot stopped: nothing of it was taken in yet.

insert into console_message (channel, account, words, delivery, for_bot)
 values ('ops', 'bob', 'status search-api', 'f6a9a3f0-5b0c-4b3e-9d51-7b3a4f5f2c01', true);
insert into console_reaction (message_id, account, reaction, present, turn, taken_in_turn)
 values ((select max(id) from console_message), 'carol', 'pin', true, 2, 1);

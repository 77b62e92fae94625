-- What people did in a room while the bot stopped between storing it and taking it in is handed on by the next start.

alter table console_reaction add column taken_in_turn bigint not null default 0;
create index console_reaction_not_taken_in on console_reaction (message_id) where taken_in_turn < turn;
create index console_message_not_taken_in on console_message (id) where for_bot and taken_in_at is null;

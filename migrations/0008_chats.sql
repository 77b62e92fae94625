-- Chats that show a message to one person only, and that begin an answer before the bot has one.

alter table message
    -- The account on the message's platform that alone needs to see it; null: everybody there.
    add column only_for text,
    -- The platform's handle of the answer that it has begun; null: it has begun none.
    add column answer_to text;

-- Until when a chat was heard that tells each thing once: whoever begins to listen anew reads there what was said since.

create table last_heard (
    -- A connection that is told everything in its turn: `discord/GUILD`.
    line text primary key,
    -- By the platform's clock. Everything before it was handed over; what came just after it may have been, too.
    heard_until timestamptz not null
);

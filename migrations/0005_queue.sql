-- Operations in line behind others, ended by somebody, or in doubt; and how votes were cast.

alter table operation
    -- Since when it stands in the line of its target: approved, and nothing but its turn is missing.
    add column ready_at timestamptz,
    -- When its target was last looked at, and while it waits the reactions on its card, with success.
    add column looked_at timestamptz,
    -- Raised by every vote: a decision that was made of older votes is refused.
    add column ballot bigint not null default 0,
    -- Who ended it; its next tick finds out what that leaves.
    add column cancelled_by text,
    add column cancelled_at timestamptz;
create index operation_in_line on operation (environment, namespace, deployment, ready_at, id)
    where state = 'waiting' and ready_at is not null;

-- A vote of a version that did not note it counts only while a reaction stands for it.
alter table vote
    add column cast_as text not null default 'reaction' check (cast_as in ('typed', 'button', 'reaction'));

-- A method that was asked as often as it may, a request that was taken, and a home in which something was pressed.

insert into budget (name, paced_until) values ('slack/T0123ABCD/chat.update', now() + interval '13 seconds');
insert into signed_request (signature) values ('a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503');
insert into open_home (platform, account, opened_at, due_at, shown, pressed, said_in)
 values ('slack', 'T0123ABCD/U0123BOB', now(), now() + interval '15 seconds', '5f0c1d2e', 'approve OP-1', 'T0123ABCD/C0123ABCD');

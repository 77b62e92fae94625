-- Somebody types while alerts wait.
insert into inbox (source, delivery, lane, body, from_person)
  values ('console', 'people-first', 'console/ops/alice', '{"request": {}}', true);

-- A program that was found dead a moment ago, with an operation in hand.

insert into holder (id, gone_since) values ('0b9d2c5e-7c1f-4c0e-9a51-3f2a6b1d8e47', now());
update operation set lease_until = now() + interval '30 s', epoch = epoch + 1, holder = '0b9d2c5e-7c1f-4c0e-9a51-3f2a6b1d8e47'
 where id = (select min(id) from operation where state <> 'finished');

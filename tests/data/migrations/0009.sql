-- A program that took a delivery and was stopped.

update inbox set lease_until = now() + interval '90 s', epoch = epoch + 1, holder = '0b9d2c5e-7c1f-4c0e-9a51-3f2a6b1d8e47'
 where id = (select min(id) from inbox where done_at is null);

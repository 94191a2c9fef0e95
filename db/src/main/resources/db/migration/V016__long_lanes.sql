-- Whether anything of a lane is under way is asked for each claim of it: without reading all that waits in it.
create index delivery_open_claimed on delivery_open (webhook_uid, key_id) where key_id is not null and claim_until is not null;

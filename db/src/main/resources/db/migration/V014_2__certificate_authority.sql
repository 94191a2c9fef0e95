-- A webhook may name the authorities that it trusts, instead of those of the system.
-- (A column without a default rewrites nothing: nobody has to be told that the table was changed.)
select set_config('sequitur.attaching', 'on', true);
-- Certificates in PEM. Null: the system's.
alter table webhook add column certificate_authority text;
select set_config('sequitur.attaching', '', true);

create or replace view cached.webhook as
  select w.uid, w.tenant, w.name, w.url, w.on_exhausted, w.retry, w.timeout_ms, w.version,
         (select json_agg(json_build_object('name', h.name, 'value', h.value, 'kind', k.kind, 'keyValue', k.name, 'keyValueId', k.id,
                                            'text', k.value, 'secret', encode(k.secret, 'base64')) order by h.ordinal)
            from sequitur.webhook_header h left join sequitur.key_value k on k.id = h.key_value_id where h.webhook_uid = w.uid) as headers,
         (select json_agg(encode(g.secret, 'base64') order by g.id desc) from sequitur.signing_key g
           where g.webhook_uid = w.uid and (g.expires_at is null or g.expires_at > now())) as keys,
         w.certificate_authority
    from sequitur.webhook w;

-- Every statement of documents. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- documents.find_details
select owner_id, :columns from billing_details
  where organization_id = :ctx.organization.id and owner_id = any(:ownerIds::uuid[]);

-- documents.find_logo
select type, width, height, bytes from document_logos
  where organization_id = :ctx.organization.id and sha256 = decode(:sha256::text, 'hex');

-- documents.find_settings
select iban, bic, bank, footer, encode(logo, 'hex') as logo from document_settings
  where organization_id = :ctx.organization.id;

-- documents.keep_logo
insert into document_logos (organization_id, sha256, type, width, height, bytes)
  values (:ctx.organization.id, decode(:sha256::text, 'hex'), :type, :width, :height, :bytes)
  on conflict (organization_id, sha256) do nothing;

-- documents.lock_details
select pg_advisory_xact_lock(hashtextextended(:{`billing details ${ctx.organization.id} ${ownerId}`}, 0));

-- documents.save_details
insert into billing_details (organization_id, owner_id, :columns, updated_at)
  values (:ctx.organization.id, :ownerId, :d.legalName, :d.street, :d.street2, :d.city, :d.postalCode, :d.region,
          :d.countryCode, :d.registration, :d.email, :{d.endpoint?.scheme ?? null}, :{d.endpoint?.id ?? null},
          :d.buyerReference, :d.language, :ctx.now)
  on conflict (organization_id, owner_id) do update
     set legal_name = excluded.legal_name, street = excluded.street, street2 = excluded.street2, city = excluded.city,
         postal_code = excluded.postal_code, region = excluded.region, country_code = excluded.country_code,
         registration = excluded.registration, email = excluded.email, endpoint_scheme = excluded.endpoint_scheme,
         endpoint_id = excluded.endpoint_id, buyer_reference = excluded.buyer_reference, language = excluded.language,
         updated_at = excluded.updated_at;

-- documents.save_settings
insert into document_settings (organization_id, iban, bic, bank, footer, logo, updated_at)
  values (:ctx.organization.id, :s.iban, :s.bic, :s.bank, :s.footer, decode(:s.logo::text, 'hex'), :ctx.now)
  on conflict (organization_id) do update
     set iban = excluded.iban, bic = excluded.bic, bank = excluded.bank, footer = excluded.footer, logo = excluded.logo,
         updated_at = excluded.updated_at;

-- Pieces that the statements above name.

-- :columns (parties/sql.ts)
legal_name, street, street2, city, postal_code, region, country_code, registration, email,
  endpoint_scheme, endpoint_id, buyer_reference, language

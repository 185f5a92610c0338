-- Every statement of charging. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- charging.organization
select * from find_organization(:organizationId);

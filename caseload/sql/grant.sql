WITH permission AS (
    SELECT named.part, permission.id
      FROM unnest(%(parts)s::text[], %(codenames)s::text[]) named(part, codename)
      JOIN auth_permission permission ON permission.codename = named.codename
      JOIN django_content_type kind
        ON kind.id = permission.content_type_id AND kind.app_label = 'caseload' AND kind.model = 'client'),
granted AS MATERIALIZED (
    SELECT DISTINCT share.client_id, organisation.group_id, permission.id AS permission_id
      FROM caseload_share share
      JOIN partners_organisation organisation
        ON organisation.consortium_id = share.consortium_id AND organisation.id = share.organisation_id
      JOIN permission ON permission.part = '' OR permission.part = ANY(share.parts)
     WHERE share.consortium_id = %(consortium)s AND share.ended_at IS NULL AND organisation.group_id IS NOT NULL
       AND (%(everyone)s OR share.client_id = ANY(%(records)s))),
revoked AS (
    DELETE FROM caseload_clientgrouppermission old
     WHERE old.consortium_id = %(consortium)s AND (%(everyone)s OR old.content_object_id = ANY(%(records)s))
       AND NOT EXISTS (SELECT 1 FROM granted WHERE granted.client_id = old.content_object_id
                          AND granted.group_id = old.group_id AND granted.permission_id = old.permission_id))
INSERT INTO caseload_clientgrouppermission (consortium_id, content_object_id, group_id, permission_id)
SELECT %(consortium)s, client_id, group_id, permission_id FROM granted
ON CONFLICT DO NOTHING

INSERT INTO caseload_clientgrouppermission (consortium_id, content_object_id, group_id, permission_id)
SELECT %s, %s, %s, permission.id
  FROM auth_permission permission
  JOIN django_content_type kind
    ON kind.id = permission.content_type_id AND kind.app_label = 'caseload' AND kind.model = 'client'
 WHERE permission.codename = ANY(%s)
ON CONFLICT DO NOTHING

UPDATE caseload_adviserassignment assignment
   SET to_date = greatest(assignment.from_date, %(today)s), version = assignment.version + 1
  FROM caseload_client client
 WHERE assignment.consortium_id = %(consortium)s AND assignment.to_date IS NULL
   AND client.consortium_id = assignment.consortium_id AND client.id = assignment.client_id
   AND client.adviser_id IS DISTINCT FROM assignment.adviser_id

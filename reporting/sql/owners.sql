SELECT member.line, CASE WHEN person.restricted THEN 0 ELSE COALESCE(person.organisation_id, 0) END
  FROM reporting_returnmember member
  LEFT JOIN caseload_client person
    ON person.consortium_id = member.consortium_id AND person.id = member.person_id
 WHERE member.consortium_id = %(consortium)s AND member.build_id = %(build)s
 UNION
SELECT member.line, merged.organisation_id
  FROM reporting_returnmember member
  JOIN caseload_client merged
    ON merged.consortium_id = member.consortium_id AND merged.merged_into_id = member.person_id
 WHERE member.consortium_id = %(consortium)s AND member.build_id = %(build)s

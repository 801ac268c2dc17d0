-- What was dated ahead, as an appointment, becomes the last contact on its day; the week heals a missed night.
SELECT caseload_summarise(ARRAY(
    SELECT client_id FROM caseload_activity
     WHERE consortium_id = %(consortium)s AND kind IN ('contact', 'appointment', 'centre_visit', 'engagement')
       AND occurred_on BETWEEN %(today)s - 7 AND %(today)s AND recorded_at::date < occurred_on))

-- An address is stored as it was written, without the white space around it; a refused one not at
-- all, and for a reason.
SELECT format('%s addresses, %s altered, %s with blanks, %s without a reason', count(*),
	count(*) FILTER (WHERE code = 'stored' AND stored IS DISTINCT FROM trim(E' \t\r\n' FROM cell)),
	count(*) FILTER (WHERE stored ~ '^\s|\s$'),
	count(*) FILTER (WHERE code <> 'stored' AND (stored IS NOT NULL OR
		code NOT IN ('invalid_email', 'missing_key') OR coalesce(message, '') = '' OR hint IS NULL)))
FROM cells JOIN verdicts USING (list, n) WHERE list = 'emails';

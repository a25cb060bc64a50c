-- What a rule about first characters alone would refuse, in the column where it belongs; the
-- smiley "=)" belongs nowhere, since it starts as formulas do.
SELECT string_agg(format('%s %s', cell, code), ', ' ORDER BY n)
FROM cells JOIN verdicts USING (list, n)
WHERE list = 'formula_injection' AND expect LIKE 'harmless-but%'
	AND header = CASE WHEN cell ~ '^-\d' THEN 'height' WHEN cell ~ '\d{4}' THEN 'phone' ELSE 'bio' END;

-- Addresses by what is expected of them, and how many the importer took.
SELECT string_agg(format('%s: %s of %s taken', expect, taken, total), ', ' ORDER BY expect)
FROM (SELECT expect, count(*) FILTER (WHERE code = 'stored') AS taken, count(*) AS total
	FROM cells JOIN verdicts USING (list, n) WHERE list = 'emails' GROUP BY expect) e;

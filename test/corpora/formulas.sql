-- Cells of the lists of formula injections, and how many a text column refuses.
SELECT string_agg(format('%s: %s of %s refused', expect, refused, total), ', ' ORDER BY expect)
FROM (SELECT expect, count(*) FILTER (WHERE code = 'forbidden_content') AS refused, count(*) AS total
	FROM cells JOIN verdicts USING (list, n)
	WHERE list = 'formula_injection' AND header = 'bio' GROUP BY expect) f;

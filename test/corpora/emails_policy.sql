-- Addresses about which mail systems disagree, by the class that others gave them: how many are taken.
SELECT string_agg(format('%s %s/%s', class, taken, total), ', ' ORDER BY class COLLATE "C")
FROM (SELECT coalesce(CASE WHEN sources -> 0 ->> 'detail' LIKE 'ISEMAIL%' THEN sources -> 0 ->> 'detail' END,
		sources -> 0 ->> 'category') AS class,
		count(*) FILTER (WHERE code = 'stored') AS taken, count(*) AS total
	FROM cells JOIN verdicts USING (list, n) WHERE list = 'emails' AND expect = 'policy' GROUP BY class) p;

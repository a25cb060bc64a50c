-- Strings that break programs, as a bio: stored code point by code point, blank ones as NULL, or
-- refused with a reason; and as a whole no other outcome.
SELECT format('%s strings, %s kept, %s blank, %s refused', count(*),
	count(*) FILTER (WHERE code = 'stored' AND convert_to(stored, 'UTF8') = convert_to(cell, 'UTF8')),
	count(*) FILTER (WHERE code = 'stored' AND stored IS NULL AND cell ~ '^\s*$'),
	count(*) FILTER (WHERE code = 'forbidden_content' AND message <> '' AND hint <> ''))
FROM cells JOIN verdicts USING (list, n) WHERE list = 'naughty_strings';

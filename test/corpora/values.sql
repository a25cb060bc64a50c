-- Strings that are hard to keep come back code point by code point.
SELECT jsonb_array_length(expected) || ' of ' || jsonb_array_length(got) || ' rows'
FROM pg_read_file(:'corpora' || '/values/naughty_roundtrip.expected.json') f (json),
	CAST(f.json AS jsonb) expected,
	CAST(read_rows(:'corpora' || '/values/naughty_roundtrip.csv', ',') -> 'rows' AS jsonb) got
WHERE expected = got;

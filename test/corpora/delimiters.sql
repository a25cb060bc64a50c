-- How many delimiters does the reader find by itself?  Only of the RFC's own files and of likely
-- dialects.  A delimiter is right if all fields are those that the given one brings; that these are
-- the expected ones is a comparison of its own.  One that the reader calls ambiguous is not wrong:
-- an import refuses the file.
WITH guesses AS (
	SELECT read_case(path, dialect, 'auto') AS found, read_case(path, dialect, dialect ->> 'delimiter') AS given
	FROM cases WHERE tier = 'core' OR tier = 'dialect' AND likely = 'true')
SELECT format('%s right, %s ambiguous, %s wrong',
	count(*) FILTER (WHERE found -> 'rows' = given -> 'rows' AND NOT (found -> 'ambiguous')::bool),
	count(*) FILTER (WHERE (found -> 'ambiguous')::bool),
	count(*) FILTER (WHERE (found -> 'rows' = given -> 'rows' OR (found -> 'ambiguous')::bool) IS NOT TRUE))
FROM guesses;

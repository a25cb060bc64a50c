#!/usr/bin/perl
#
# Is everything that the extension says proven and explained?
#
#   messages.pl TREE
#   messages.pl --write TREE
#
# Reads the codes and messages out of src/*.c, what the tests have seen out of expected/*.out and
# the test scripts, and doc/*.md. Prints TAP. With --write the tables of doc/refusals.md are made
# anew from the expected output of their test.

use strict;
use warnings;
use utf8;
use Encode;
use open qw(:std :encoding(UTF-8));

my $write = @ARGV && $ARGV[0] eq '--write' && shift;
my $tree = shift or die "usage: messages.pl [--write] TREE\n";
my $number = 0;

# A whole file; what is no UTF-8 in it does not matter
sub slurp
{
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!\n";
	local $/;
	return decode('UTF-8', scalar <$file>);
}

# One result; what is missing is shown
sub none
{
	my ($name, @missing) = @_;
	printf "%s %d - %s\n", @missing ? 'not ok' : 'ok', ++$number, $name;
	print "#   $_\n" for @missing;
	return;
}

# ---------------------------------------------------------------------------
# The sources
# ---------------------------------------------------------------------------

# What the literals of a piece of C say, adjacent ones and the formats of the server's headers joined
sub literals
{
	my ($code) = @_;
	my @found;
	my $joined = 0;

	while ($code =~ /('(?:[^'\\]|\\.)+'|"(?:[^"\\]|\\.)*"|\b[A-Z0-9_]*FORMAT\b|\s+|.)/gs)
	{
		my $token = $1;
		next if $token =~ /^\s/;
		my $text = $token =~ /FORMAT$/ ? '%d' : $token =~ /^"(.*)"$/s ? $1 : undef;
		if (defined $text)
		{
			$text =~ s/\\(["\\])/$1/g;
			if ($joined) { $found[-1] .= $text; }
			else         { push @found, $text; }
		}
		$joined = defined $text;
	}
	return @found;
}

# The arguments of a call that starts here
sub arguments
{
	my ($code) = @_;
	my @arguments = ('');
	my $depth = 0;

	while ($code =~ /\G("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|.)/gs)
	{
		my $token = $1;
		$depth++ if $token eq '(';
		$depth-- if $token eq ')';
		last if $depth < 0;
		if ($token eq ',' && $depth == 0) { push @arguments, ''; }
		else { $arguments[-1] .= $token; }
	}
	return @arguments;
}

# Of all calls of a function the argument of this number, from 0, with the file that it stands in
sub calls
{
	my ($sources, $function, $argument) = @_;
	my @found;

	for my $path (sort keys %$sources)
	{
		my $code = $sources->{$path};
		while ($code =~ /(?<!\w)$function\(/g)
		{
			my @arguments = arguments(substr $code, pos $code);
			push @found, [ $path, $arguments[$argument] ] if defined $arguments[$argument];
		}
	}
	return @found;
}

# All calls of a function in a piece of code, without its name
sub whole_calls
{
	my ($code, $function) = @_;
	my @found;

	push @found, join ',', arguments(substr $code, pos $code) while $code =~ /(?<!\w)$function\(/g;
	return @found;
}

# The formats in an argument: what stands first in it and in the calls that make texts
sub formats
{
	my ($argument) = @_;
	my @formats;

	if ($argument =~ /^\s*(?:psprintf|pstrdup|errmsg\w*)\((.*)\)\s*$/s)
	{
		return formats((arguments($1))[0]);
	}
	if ($argument =~ /^\s*ngettext\((.*)\)\s*$/s)
	{
		return map { literals($_) } (arguments($1))[ 0, 1 ];
	}
	return literals($argument);
}

# A format as a pattern of what comes out of it
sub pattern
{
	my ($format) = @_;
	$format =~ s/: %m$//;
	my @parts = split /%(?:[-.0-9]*(?:z|ll|l)?[sducm]|\.\*s|\.6s)/, $format, -1;

	s/%%/%/g for @parts;
	return join '.+', map { quotemeta } @parts;
}

my %sources;
for my $path (glob "$tree/src/*.c")
{
	my $code = slurp($path);
	$code =~ s{/\*.*?\*/}{ }gs;
	$sources{ $path =~ s{.*/}{}r } = $code;
}

# Where codes and messages are given: function, and the number of each argument
my @givers = (
	{ function => 'wfx_record_refuse',       code    => 2, message => 6, hint => 7 },
	{ function => 'refuse_key',              code    => 2, message => 5, hint => 6 },
	{ function => 'fail',                    code    => 1, message => 4, hint => 5 },
	{ function => 'wfx_reader_fail',         code    => 1, message => 3, hint => 4 },
	{ function => 'wfx_reader_fail_not_csv', message => 1, hint    => 2 },
	{ function => 'wfx_refuse',              message => 3, hint    => 2 },
	{ function => 'refuse_field',            message => 1 },
);

# The argument of this name in all calls, and what is assigned to a member of that name
sub given
{
	my ($name) = @_;
	my @found;

	for my $giver (grep { defined $_->{$name} } @givers)
	{
		push @found, calls(\%sources, $giver->{function}, $giver->{$name});
	}
	for my $path (sort keys %sources)
	{
		push @found, [ $path, $1 ] while $sources{$path} =~ /(?:\.|->)$name = ([^;]*);/g;
	}
	return @found;
}

my %codes = map { $_ => 1 } map { literals($_->[1]) } given('code');
my $dictionary = slurp("$tree/sql/wifox_import--1.0.sql");
$codes{"unknown_$1"} = 1 while $dictionary =~ /^\s*\('(\w+)',[^\n]*'reference'/mg;

# ---------------------------------------------------------------------------
# What the tests have seen, and what the documentation says
# ---------------------------------------------------------------------------

my $expected = join "\n", map { slurp($_) } glob "$tree/expected/*.out";
my $scripts = join "\n", map { slurp($_) } glob "$tree/test/shell/*.sh $tree/test/unit/*.c";

# Messages of what no test can make happen
my %impossible = map { $_ => 1 } (
	'could not read a temporary file of the import: %m',
	'could not stat file "%s": %m',
);

# Those of the formats given by name whose results nobody has seen; the scripts count, too
sub unseen
{
	my ($evidence, @given) = @_;
	my @unseen;

	for my $given (@given)
	{
		for my $format (formats($given->[1]))
		{
			my $pattern = pattern($format);
			push @unseen, "$given->[0]: $format" unless $impossible{$format} || $evidence =~ /$pattern/;
		}
	}
	return @unseen;
}

# The sections of doc/errors.md about codes: code to text
my %sections;
my $errors = slurp("$tree/doc/errors.md") =~ s/\n## Errors that end the call.*//sr;
while ($errors =~ /^### ([\w, ]+)\n(.*?)(?=^##|\z)/msg)
{
	my ($heading, $text) = ($1, $2);
	$sections{$_} = $text for split /, /, $heading;
}

# The column "message" of the tables of a page
sub documented
{
	my ($path) = @_;
	my @messages;
	my $column;

	for my $line (split /\n/, slurp($path))
	{
		if ($line !~ /^\|/) { undef $column; next; }
		my @cells = map { s/^\s+|\s+$//gr } split /(?<!\\)\|/, $line =~ s/^\||\|\s*$//gr;
		if (!defined $column)
		{
			($column) = grep { $cells[$_] =~ /^message\b/ } 0 .. $#cells;
			$column //= -1;
		}
		elsif ($column >= 0 && $cells[$column] !~ /^-+$/)
		{
			push @messages, map { s/\\\|/|/gr =~ s/^`|`$//gr } split /; /, $cells[$column];
		}
	}
	return @messages;
}

# The rows that sql/refusals.sql prints, by the comment above them
my %refusals;
my $comment;
for my $line (split /\n/, slurp("$tree/expected/refusals.out"))
{
	$comment = ucfirst $1 if $line =~ /^-- (.*)/;
	push @{ $refusals{$comment} }, $line if $line =~ /^\| /;
}

# Make the tables of doc/refusals.md anew
if ($write)
{
	my $page = slurp("$tree/doc/refusals.md");

	$page =~ s/^(## (.*)\n\n\|.*\n\|-.*\n)(?:\|.*\n)*/join "\n", $1 . join("\n", @{ $refusals{$2} || [] }), ''/gme;
	open my $file, '>', "$tree/doc/refusals.md" or die "doc/refusals.md: $!\n";
	print $file $page;
	close $file or die "doc/refusals.md: $!\n";
	exit;
}

# ---------------------------------------------------------------------------
# Results
# ---------------------------------------------------------------------------

print "1..14\n";
none('every code has its section in doc/errors.md', grep { !$sections{$_} } sort keys %codes);
none('every section has its code', grep { !$codes{$_} } sort keys %sections);
none('every code is in an expected output', grep { $expected !~ /\b$_\b/ } sort keys %codes);

my %states;
$states{"$1 $2"} = 1 while $expected =~ /\b([a-z_]+) ([0-9A-Z]{5}): /g;
# Is a SQLSTATE to be listed in the section of its code? What input functions and checks of users
# raise is as wide as the world.
sub is_listed
{
	my ($code, $state) = @_;

	return $sections{$code} && $code ne 'constraint' && ($code ne 'invalid_value' || $state =~ /^22/);
}

none('every SQLSTATE of a code is in its section', grep {
		my ($code, $state) = split / /;
		is_listed($code, $state) && $sections{$code} !~ /\b$state\b/
	} sort keys %states);

none('every message about a file is in an expected output', unseen($expected, given('message')));
none('every hint, too', unseen($expected, given('hint')));
# Of level ERROR only
my @fatal = map { [ $_->[0], $_->[1] ] } grep { $_->[2] =~ /^\s*ERROR/ } map {
		my ($path, $code) = @$_;
		map { [ $path, $_->[1], $code ] } calls({ x => $code }, 'errmsg', 0)
	} map {
		my $path = $_;
		map { [ $path, $_ ] } whole_calls($sources{$path}, 'ereport')
	} sort keys %sources;
my $docs = join "\n", map { s/\\\|/|/gr } map { slurp("$tree/doc/$_") } qw(errors.md refusals.md);
none('every ERROR is in an expected output or in a script', unseen("$expected\n$scripts", @fatal));
none('every ERROR is in doc/errors.md or doc/refusals.md', unseen($docs, @fatal));
none('every reason is in an expected output or in a unit test', map {
		my $path = $_;
		map { "$path: $_" } grep { / / && !/^<|%/ && index("$expected\n$scripts", $_) < 0 }
			literals($sources{$path})
	} qw(email.c active_content.c markup.c advice.c));
my $any = "$expected\n$scripts" =~ s/\\\|/|/gr;

# What the page says as a pattern: its numbers, names in quotes and "..." may be others there
sub example
{
	my ($text) = @_;
	my @parts = split /\d+|"[^"]*"|\.\.\./, $text, -1;

	return join '.+', map { quotemeta } @parts;
}

for my $kind ([ 'message', documented("$tree/doc/errors.md") ],
	[ 'example of a message', grep { tr/ // >= 3 && /^["a-z]/ } $errors =~ /^    (.*)$/mg ])
{
	my ($what, @texts) = @$kind;
	none("every $what in doc/errors.md is real", grep { my $pattern = example($_); $any !~ /$pattern/ } @texts);
}

# doc/refusals.md is what its test prints, row by row
my %rows = map { $_ => 1 } grep { /^\| / && !/^\| refused / } split /\n/, slurp("$tree/doc/refusals.md");
my $rows = join "\n", keys %rows;
my %printed = map { $_ => 1 } map { @$_ } values %refusals;
none('every row of doc/refusals.md is the output of its test', grep { !$printed{$_} } sort keys %rows);
none('every kind of file is in doc/refusals.md',
	grep { /^an? |^UTF-|^binary/ && index($rows, "`this is $_`") < 0 }
		map { literals($sources{$_}) } grep { /_kind\.c$/ } sort keys %sources);
none('every row of the test is in doc/refusals.md', grep { !$rows{$_} } sort keys %printed);

#!/usr/bin/perl
#
# Are the examples of a page true?
#
#   docs.pl PAGE FOLDER
#
# Runs the fenced blocks of a Markdown page through one psql, from top to bottom, and compares what it
# prints with the indented blocks below them. FOLDER stands for /srv/import. Blank columns and the lines
# of tables do not count; "..." at the end of a line stands for its rest, alone in a line for any lines.
# Times are not compared. Comments of the page, which no reader sees, help:
#
#   <!-- test: SQL -->      run first what the page leaves out; what it prints does not matter
#   <!-- shows: SQL -->     the next indented block is among what this prints
#   <!-- no test: why -->   the next block cannot be run here
#
# Prints TAP.

use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));

my ($page, $folder) = @ARGV;
defined $folder or die "usage: docs.pl PAGE FOLDER\n";

# The examples of the page, in order: where, what is run, what is expected
sub examples
{
	open my $file, '<', $page or die "$page: $!\n";
	my (@found, $fence, $text, $skipped, $kept, $comment);
	while (my $line = <$file>)
	{
		if (defined $comment || $line =~ /^<!-- /)
		{
			$comment .= $line;
			next if $line !~ /-->\s*$/;
			$comment =~ /^<!-- (no test|test|shows): (.*?)\s*-->\s*$/s or die "$page: line $.: what is $comment";
			$skipped = 1 if $1 eq 'no test';
			push @found, {kind => $1, line => $., sql => "$2;"} if $1 ne 'no test';
			undef $comment;
		}
		elsif ($line =~ /^\s*```/)
		{
			push @found, {kind => $skipped ? 'none' : 'block', line => $., sql => $text} if defined $fence;
			$skipped = 0 if defined $fence;
			$fence = defined $fence ? undef : $.;
			$text = '';
		}
		elsif (defined $fence) { $text .= $line; }
		elsif ($line =~ /^    (.*)/ && ($kept || $line !~ /^     *[-*] /))
		{
			if (!$kept)
			{
				push @found, {kind => 'none', line => $.} if $skipped || !@found || exists $found[-1]{expected};
				die "$page: line $.: nothing shows this\n" if !$skipped && !exists $found[-1]{sql};
				$found[-1]{at} = $.;
				$skipped = 0;
			}
			push @{$found[-1]{expected}}, $1;
			$kept = 1;
		}
		elsif ($line =~ /\S/) { $kept = 0; }
	}
	return @found;
}

# Everything in one script, whose output tells the examples apart
sub run
{
	my @examples = @_;
	my $script = "$folder/examples.sql";
	my @printed;

	open my $file, '>', $script or die "$script: $!\n";
	print $file "\\pset footer off\n\\set SHOW_CONTEXT never\n";
	for my $i (0 .. $#examples)
	{
		my $sql = $examples[$i]{kind} eq 'none' ? '' : $examples[$i]{sql};
		$sql =~ s{/srv/import}{$folder}g;
		$sql =~ s/;+\s*\z/;\n/;
		print $file "\\warn \@\@$i\n$sql\n";
	}
	close $file;
	open my $psql, '-|', "stdbuf -oL psql --no-psqlrc --quiet --file '$script' 2>&1" or die "psql: $!\n";
	my $i = -1;
	while (my $line = <$psql>)
	{
		if ($line =~ /@@(\d+)$/) { $i = $1; next; }
		$line =~ s/^psql:\S+: //;
		push @{$printed[$i]}, $line =~ s{\Q$folder\E}{/srv/import}gr if $i >= 0;
	}
	close $psql;
	return @printed;
}

# A line as it is compared; none if it is no content
sub plain
{
	my ($line) = @_;
	$line =~ s/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?[-+]\d\d/a time/g;
	$line =~ s/\s+/ /g;
	$line =~ s/ ?\| ?/|/g;
	$line =~ s/^ | $//g;
	return $line =~ /^(?:[-+]*)$/ ? () : $line;
}

# Is a line printed as the page has it?
sub fits
{
	my ($printed, $expected) = @_;
	return substr($printed, 0, length $expected) eq $expected if $expected =~ s/ ?\.\.\.$//;
	return $printed eq $expected;
}

# The lines of the page that are not printed where they should be, and those that are printed beside them
sub differences
{
	my ($some, $expected, $printed) = @_;
	my @rest = map { plain($_) } @$printed;
	my $gap = $some;

	for my $line (map { plain($_) } @$expected)
	{
		if ($line eq '...') { $gap = 1; next; }
		if ($gap) { shift @rest while @rest && !fits($rest[0], $line); }
		return "missing: $line", map { "printed: $_" } @rest if !@rest || !fits($rest[0], $line);
		shift @rest;
		$gap = $some;
	}
	return $gap ? () : map { "also printed: $_" } @rest;
}

my @examples = examples();
my @printed = run(@examples);
my $number = 0;
my ($name) = $page =~ m{([^/]*)$};
for my $i (0 .. $#examples)
{
	my $example = $examples[$i];
	my @errors = grep { /^(?:ERROR|FATAL|PANIC):|^error: / } @{$printed[$i] || []};
	my @wrong;

	next if $example->{kind} eq 'none';
	if (exists $example->{expected})
	{
		@wrong = differences($example->{kind} eq 'shows', $example->{expected}, $printed[$i] || []);
	}
	elsif ($example->{kind} eq 'shows') { @wrong = ('nothing follows it'); }
	else { @wrong = @errors; }
	printf "%s %d - %s, line %d\n", @wrong ? 'not ok' : 'ok', ++$number, $name,
		$example->{at} || $example->{line};
	print map { "#   $_\n" } map { s/\n//r } @wrong;
}
print "1..$number\n";

#!/usr/bin/perl
#
# Is META.json one that the PostgreSQL Extension Network takes, and is there one version everywhere?
#
#   meta.pl TREE
#
# The version is that of the control file; where three numbers are wanted, the last is that of the
# newest heading in CHANGELOG.md. Prints TAP.

use strict;
use warnings;
use JSON::PP;

my $tree = shift or die "usage: meta.pl TREE\n";
my $number = 0;
my $semantic = qr/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[A-Za-z0-9-]+)?$/;

# A whole file
sub slurp
{
	my ($name) = @_;
	open my $file, '<:raw', "$tree/$name" or return '';
	local $/;
	return scalar <$file>;
}

# One result; what is wrong is shown
sub none
{
	my ($name, @wrong) = @_;
	printf "%s %d - %s\n", @wrong ? 'not ok' : 'ok', ++$number, $name;
	print "#   $_\n" for @wrong;
	return;
}

# The first group of a pattern in a file
sub found
{
	my ($name, $pattern) = @_;
	return slurp($name) =~ $pattern ? $1 : '';
}

my $meta = eval { decode_json(slurp('META.json')) } || {};
my $own = $meta->{provides}{wifox_import} || {};
my $short = found('wifox_import.control', qr/^default_version\s*=\s*'([^']*)'/m);
my $long = found('CHANGELOG.md', qr/\A## (\S+)/);

print "1..9\n";
none('META.json is JSON', $@ ? $@ : ());
none('it says all that must be said',
	grep { !defined $meta->{$_} } qw(name version abstract maintainer license provides meta-spec));
none('its texts are texts', grep { ref $meta->{$_} || $meta->{$_} !~ /\S/ }
	grep { defined $meta->{$_} } qw(name version abstract description license release_status));
none('name, licence, status and specification are among those that are known',
	$meta->{name} =~ m{^[^\s/\\[:cntrl:]]{2,}$} ? () : 'name',
	$meta->{license} eq 'postgresql' ? () : 'license',
	$meta->{release_status} =~ /^(?:stable|testing|unstable)$/ ? () : 'release_status',
	$meta->{'meta-spec'}{version} eq '1.0.0' ? () : 'meta-spec version',
	$meta->{'meta-spec'}{url} =~ m{^https?://pgxn\.org/meta/spec\.txt$} ? () : 'meta-spec url');
none('versions have three numbers', grep { $_ !~ $semantic } $meta->{version}, $own->{version});
none('what it needs is told by phase, relation and version', map {
		my $phase = $_;
		($phase =~ /^(?:configure|build|test|runtime|develop)$/ ? () : $phase, map {
			my $relation = $_;
			($relation =~ /^(?:requires|recommends|suggests|conflicts)$/ ? () : "$phase $relation",
				grep { $meta->{prereqs}{$phase}{$relation}{$_} !~ /^(?:0|(?:[<>=!]=? )?\d+\.\d+\.\d+)$/ }
					keys %{$meta->{prereqs}{$phase}{$relation}})
		} keys %{$meta->{prereqs}{$phase}})
	} keys %{$meta->{prereqs}});
none('its files are there', grep { !length slurp($_) } $own->{file}, $own->{docfile});
none('its script is the one of the version in the control file',
	$own->{file} eq "sql/wifox_import--$short.sql" ? () : "$own->{file} and $short");
none('the version is the same everywhere', grep { !/^[^:]+: \Q$long\E$/ }
	"META.json: $meta->{version}", "its extension: $own->{version}",
	"debian: " . found('debian/changelog', qr/^wifox-import \(([^)]+)\)/),
	"control file: " . ($long =~ /^\Q$short\E\.\d+$/ ? $long : $short));
exit;

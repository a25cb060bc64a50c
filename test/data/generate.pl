#!/usr/bin/perl
#
# Write a CSV file of made-up clients to standard output.
#
#   generate.pl [--seed N] [--first N] [--narrow] [--columns NAME,...] [--quoted] [--abroad] [COUNT]
#
#   COUNT     number of clients (828)
#   --seed    another seed gives other clients; the same one the same file
#   --first   number of the first client, for files that continue one another
#   --narrow  only the first twelve columns, for big files
#   --columns only these columns
#   --quoted  every cell in quotes
#   --abroad  only clients whose names are not in Latin letters
#
# clients.csv is the output of a call without arguments.

use strict;
use warnings;
use utf8;
use Getopt::Long;

use constant { DAY => 86_400, FIRST_DAY => 18_262, LAST_DAY => 20_453 };

# One entry per region: given names and family names with their ASCII form, places, phone prefix.
my @regions = (
	{
		first => [ map { [ $_, lc ] } qw(Emma Oliver Amelia Jack Grace Thomas Ruth Samuel) ],
		last  => [
			[ "O'Neil", 'oneil' ], [ 'Smith-Jones', 'smith-jones' ],
			map { [ $_, lc ] } qw(Taylor Walker Hughes Bennett Marsh)
		],
		places => [ [ 'Leeds', 'LS1 4AP', 'Yorkshire' ], [ 'Bristol', 'BS1 5TR', 'Avon' ] ],
		street => 'Station Road %d, Flat %d',
		phone  => '+44 20 7946 0%03d',
	},
	{
		first => [
			[ 'Jürgen', 'juergen' ], [ 'Käthe', 'kaethe' ],
			map { [ $_, lc ] } qw(Anna Lukas Sabine Felix Greta)
		],
		last => [
			[ 'Müller', 'mueller' ], [ 'Größl', 'groessl' ], [ 'von der Heide', 'heide' ],
			map { [ $_, lc ] } qw(Schmidt Weber Vogel)
		],
		places => [ [ 'München', '80331', 'Bayern' ], [ 'Köln', '50667', 'Nordrhein-Westfalen' ] ],
		street => 'Lindenstraße %d, Stiege %d',
		phone  => '+49 30 23125 %03d',
	},
	{
		first => [
			[ 'Иван', 'ivan' ],   [ 'Ольга', 'olga' ], [ 'Дмитрий', 'dmitri' ],
			[ 'Елена', 'elena' ], [ 'Юлия', 'yulia' ]
		],
		last => [
			[ 'Петренко', 'petrenko' ], [ 'Коваль', 'koval' ],
			[ 'Иванов', 'ivanov' ],     [ 'Шевчук', 'shevchuk' ]
		],
		places => [ [ 'Київ', '01001', 'Київ' ], [ 'София', '1000', 'София' ] ],
		street => 'вул. Садова %d, кв. %d',
		phone  => '+380 44 555 0%03d',
	},
	{
		first => [
			[ 'Γιώργος', 'giorgos' ], [ 'Ελένη', 'eleni' ],
			[ 'Νίκος', 'nikos' ],     [ 'Σοφία', 'sofia' ]
		],
		last => [
			[ 'Παπαδόπουλος', 'papadopoulos' ], [ 'Νικολάου', 'nikolaou' ],
			[ 'Αγγελής', 'angelis' ]
		],
		places => [ [ 'Αθήνα', '105 57', 'Αττική' ], [ 'Πάτρα', '262 21', 'Αχαΐα' ] ],
		street => 'Οδός Ερμού %d, διαμ. %d',
		phone  => '+30 21 5550 0%03d',
	},
	{
		first => [
			[ '陽子', 'yoko' ], [ '健太', 'kenta' ], [ '美咲', 'misaki' ], [ '大輔', 'daisuke' ]
		],
		last => [ [ '佐藤', 'sato' ], [ '鈴木', 'suzuki' ], [ '高橋', 'takahashi' ] ],
		places => [ [ '東京', '100-0001', '関東' ], [ '大阪', '530-0001', '関西' ] ],
		street => '中央 %d丁目, %d号室',
		phone  => '+81 3 5550 0%03d',
	},
);

my @comments = (
	'Asked for the price list, twice.',
	'Prefers e-mail; calls only after 18:00',
	"Met at the spring fair.\nWants an offer in June.",
	'Says "maybe next year", call back in May',
	"First line\nsecond line, with a comma\nand a \"quoted\" word",
	'Referred by a colleague',
	'Ruft gern zurück, am besten vormittags',
);
my @bios = (
	'Walks, reads, and cooks for friends.',
	"Grew up by the sea.\nMoved inland for work.",
	'Known as "the early bird" at the office',
	'Plays the cello in a small orchestra',
	"Lives with two cats.\n\nCollects maps, old and new.",
);
my @sources = map { qq({"source":"$_"}) } qw(fair web partner);
my @interests = ( 'chess', 'hiking', 'jazz', 'cooking', 'cycling', 'gardening', 'театр', '音楽' );
my %option = ( seed => 1, first => 1 );
my $state  = 1;

# The next number of a linear congruential generator, 0 .. $n - 1; the same on every machine.
sub below
{
	my ($n) = @_;

	$state = ( $state * 1_664_525 + 1_013_904_223 ) & 0xffff_ffff;
	return int( $n * $state / 4_294_967_296 );
}

# One of the given values.
sub any
{
	return $_[ below( scalar @_ ) ];
}

# Days since 1970-01-01 as an ISO 8601 date.
sub iso_date
{
	my ( undef, undef, undef, $day, $month, $year ) = gmtime( $_[0] * DAY );

	return sprintf '%04d-%02d-%02d', $year + 1900, $month + 1, $day;
}

# The same with some time of that day, in UTC.
sub iso_time
{
	my ($day) = @_;

	return sprintf '%sT%02d:%02d:%02dZ', iso_date($day), below(24), below(60), below(60);
}

# Some time after the client came, and before the end of the period.
sub later
{
	my ($client) = @_;

	return iso_time( $client->{day} + below( LAST_DAY - $client->{day} ) );
}

# An address out of the ranges that are reserved for documentation.
sub address
{
	return sprintf '2001:db8:%x::%x', below(65_536), 1 + below(65_535) if below(5) == 0;
	return any( '192.0.2', '198.51.100', '203.0.113' ) . '.' . ( 1 + below(254) );
}

# A phone number of the client's region.
sub phone
{
	my ($client) = @_;

	return sprintf $client->{region}{phone}, below(1000);
}

# A street address of the client's region.
sub street
{
	my ($client) = @_;

	return sprintf $client->{region}{street}, 1 + below(120), 1 + below(30);
}

# What several cells of one client depend on.
sub new_client
{
	my ($number) = @_;
	my $region = any(@regions);
	my $first  = any( @{ $region->{first} } );
	my $last   = any( @{ $region->{last} } );
	my $place  = any( @{ $region->{places} } );
	my $day    = FIRST_DAY + below( LAST_DAY - FIRST_DAY - 1 );

	return {
		number     => $number,
		region     => $region,
		first      => $first->[0],
		last       => $last->[0],
		username   => "$first->[1].$last->[1]$number",
		city       => $place->[0],
		postcode   => $place->[1],
		area       => $place->[2],
		day        => $day,
		created    => iso_time($day),
		blank_date => below(4),
		hobby      => below( scalar @interests ),
	};
}

# A cell that the client has at hand.
sub field
{
	my ($key) = @_;

	return sub { $_[0]{$key} };
}

# A cell that is one of these values.
sub one_of
{
	my @values = @_;

	return sub { any(@values) };
}

# A cell that is made in so many cases of a hundred, and blank in the others.
sub maybe
{
	my ( $percent, $cell ) = @_;

	return sub { below(100) < $percent ? $cell->(@_) : '' };
}

# A cell made from a format and a number below the limit.
sub numbered
{
	my ( $format, $limit ) = @_;

	return sub { sprintf $format, below($limit) };
}

# One of the client's interests; another one for every position.
sub interest
{
	my ($position) = @_;

	return sub { $interests[ ( $_[0]{hobby} + 3 * $position ) % @interests ] };
}

# Both "created" and "Created at" fill one column: they agree, or one of them is blank.
sub created
{
	my ($blank_in) = @_;

	return sub { $_[0]{blank_date} == $blank_in ? '' : $_[0]{created} };
}

# Each column's header and what makes its cell; the order is the file's.
my @columns = (
	[ 'ID'         => sub { sprintf 'C-%06d', $_[0]{number} } ],
	[ 'username'   => field('username') ],
	[ 'firstName'  => field('first') ],
	[ 'middleName' => maybe( 20, one_of( 'Maria', 'J.', 'Lee', 'Ωρα', '真' ) ) ],
	[ 'lastName'   => field('last') ],
	[ 'email'      => sub { "$_[0]{username}\@example." . any( 'com', 'org', 'net' ) } ],
	[ 'phone'      => maybe( 85, \&phone ) ],
	[ 'project'    => one_of( 'default', 'default', '' ) ],
	[ 'desk'       => one_of( 'default', '' ) ],
	[ 'type'       => one_of( 'personal', 'personal', 'corporate', '' ) ],
	[ 'active'     => one_of( 'true', 'true', 'true', 'false', '' ) ],
	[ 'created'    => created(1) ],

	[ 'processedDate'                => maybe( 60, \&later ) ],
	[ 'billing.city'                 => field('city') ],
	[ 'billing.postcode'             => field('postcode') ],
	[ 'Billing address'              => \&street ],
	[ 'Date Of Birth'                => maybe( 80, sub { iso_date( below(12_000) - 7_000 ) } ) ],
	[ 'Verification level'           => one_of( 'none', 'basic', 'full', '' ) ],
	[ 'Comments'                     => maybe( 30, one_of(@comments) ) ],
	[ 'State'                        => one_of( 'new', 'contacted', 'customer', '' ) ],
	[ 'First transaction date'       => maybe( 40, \&later ) ],
	[ 'Meta'                         => maybe( 50, one_of(@sources) ) ],
	[ 'Company fee group'            => maybe( 30, one_of( 'standard', 'reduced' ) ) ],
	[ 'allowToCreateAsset'           => maybe( 50, one_of( 'true', 'false' ) ) ],
	[ 'Last login date'              => maybe( 70, \&later ) ],
	[ 'lifestyle.smoking'            => one_of( 'never', 'sometimes', 'daily', '' ) ],
	[ 'lifestyle.drinking'           => one_of( 'never', 'socially', '' ) ],
	[ 'lifestyle.hasChildren'        => one_of( 'true', 'false', '' ) ],
	[ 'lifestyle.wantsChildren'      => one_of( 'true', 'false', '' ) ],
	[ 'lifestyle.lookingFor'         => one_of( 'friendship', 'partnership', '' ) ],
	[ 'lifestyle.relationshipStatus' => one_of( 'single', 'married', 'divorced', '' ) ],
	[ 'lifestyle.interests.0'        => maybe( 80, interest(0) ) ],
	[ 'lifestyle.interests.1'        => maybe( 60, interest(1) ) ],
	[ 'lifestyle.interests.2'        => maybe( 30, interest(2) ) ],
	[ 'lifestyle.interests.3'        => maybe( 10, interest(3) ) ],
	[ 'height'                       => maybe( 60, sub { 150 + below(100) / 2 } ) ],
	[ 'educationLevel'               => one_of( 'school', 'bachelor', 'master', '' ) ],
	[ 'religion'                     => maybe( 20, one_of( 'none', 'other' ) ) ],
	[ 'Last password change date'    => maybe( 50, \&later ) ],
	[ 'Created at'                   => created(2) ],
	[ 'Updated at'                   => maybe( 70, \&later ) ],
	[ 'UID'                          => sub { sprintf 'u%08x', $_[0]{number} } ],
	[ 'External ID'                  => maybe( 50, sub { "EXT-$_[0]{number}" } ) ],
	[ 'Additional phone'             => maybe( 15, \&phone ) ],
	[ 'AffiliateID'                  => maybe( 25, numbered( 'AFF-%02d', 40 ) ) ],
	[ 'billing.region'               => field('area') ],
	[ 'Passport'                     => maybe( 30, numbered( 'P%07d', 2_000_000 ) ) ],
	[ 'agreements.marketing'         => one_of( 'true', 'false', '' ) ],
	[ 'agreements.terms'             => one_of( 'true', '' ) ],
	[ 'bio'                          => maybe( 30, one_of(@bios) ) ],
	[ 'Registration IP'              => maybe( 90, \&address ) ],
	[ 'tradingGroups.0'              => maybe( 40, one_of( 'standard', 'gold' ) ) ],
	[ 'Registration origin'          => one_of( 'web', 'mobile', 'partner', 'fair', '' ) ],
);

# A cell as RFC 4180 has it.
sub csv_cell
{
	my ($value) = @_;

	return $value unless $option{quoted} || $value =~ /[",\r\n]/;
	$value =~ s/"/""/g;
	return qq("$value");
}

# The columns of these names.
sub wanted_columns
{
	my %column = map { $_->[0] => $_ } @columns;

	return map { $column{$_} // die "there is no column $_\n" } @_;
}

# Write the header and so many clients.
sub write_file
{
	my ( $first, $count ) = @_;
	my @cells = map { $_->[1] } @columns;

	binmode STDOUT, ':encoding(UTF-8)';
	print join( ',', map { csv_cell( $_->[0] ) } @columns ), "\n";
	for my $number ( $first .. $first + $count - 1 )
	{
		my $client = new_client($number);

		print join( ',', map { csv_cell( $_->($client) ) } @cells ), "\n";
	}
	close STDOUT or die "cannot write the file: $!\n";
}

GetOptions( \%option, 'seed=i', 'first=i', 'narrow', 'columns=s', 'quoted', 'abroad' )
	or die "see the head of $0\n";
$state = $option{seed};
splice @columns, 12 if $option{narrow};
@columns = wanted_columns( split /,/, $option{columns} ) if $option{columns};
splice @regions, 0, 2 if $option{abroad};
write_file( $option{first}, shift(@ARGV) // 828 );

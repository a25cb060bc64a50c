#!/usr/bin/env bash
# Draw what bench/load.sh and bench/growth.sh have measured.
#
#   bench/charts.sh FOLDER
#
#   FOLDER   has load.tsv or growth.tsv, of their option --out; bench-*.svg go there, too
#
# gnuplot is installed if it is missing. The charts have no background of their own, and colours that can be
# seen on a light and on a dark one.

set -euo pipefail
# shellcheck source=bench/lib.sh
. "$(dirname "$0")/lib.sh"

[ -d "${1:-}" ] || usage
from=$(cd "$1" && pwd)
# What all charts begin with.
style='
  set encoding utf8
  set datafile separator "\t"
  set border 3 linecolor rgb "#888888"
  set tics nomirror textcolor rgb "#888888"
  set grid y linecolor rgb "#888888" linewidth 0.3
  set key above left horizontal Left reverse textcolor rgb "#888888"
  set xlabel textcolor rgb "#888888"
  set ylabel textcolor rgb "#888888"
  set yrange [0:*]
  set linetype 1 linecolor rgb "#2f81d8" linewidth 2 pointtype 7 pointsize 0.6
  set linetype 2 linecolor rgb "#d9822b" linewidth 2 pointtype 5 pointsize 0.6
  set linetype 3 linecolor rgb "#2f81d8" linewidth 2 pointtype 7 pointsize 0.6 dashtype 2
  set linetype 4 linecolor rgb "#d9822b" linewidth 2 pointtype 5 pointsize 0.6 dashtype 2
  set linetype 5 linecolor rgb "#3a9f5f" linewidth 2 pointtype 9 pointsize 0.6
  set linetype 6 linecolor rgb "#3a9f5f" linewidth 2 pointtype 9 pointsize 0.6 dashtype 2
'

# One chart: its name, what it shows, its height, and the commands.
draw()
{
  local name=$1 caption=$2 height=$3 commands=$4

  gnuplot - >"$work/chart.svg" <<EOF_GNUPLOT
set terminal svg size 760,$height fixed font "sans-serif,13"
$style
$commands
EOF_GNUPLOT
  sed "s/<title>Gnuplot</<title>$caption</; /^<desc>/d; s/^[ \t]*//; s/[ \t]*\$//; /^\$/d" "$work/chart.svg" \
    >"$from/bench-$name.svg"
  echo "$from/bench-$name.svg"
}

# The medians of one case and way, for a chart: clients, seconds, memory.
series()
{
  awk -F '\t' -v OFS='\t' -v case="$1" -v way="$2" '$1 == case && $2 == way { print $3, $4, $7 }' "$work/medians"
}

# Bars: the seconds of all ways of all cases, what a way cannot do being left out.
draw_load()
{
  medians "$from/load.tsv" | awk -F '\t' -v OFS='\t' '
    BEGIN { split("fresh unchanged tenth changed", cases, " "); split("ours copy conflict merge differs", ways, " ")
      split("all new,nothing changed,10 % changed,all changed", titles, ",") }
    { wall[$1, $2] = $4 }
    END { for (c = 1; c <= 4; c++) {
      line = titles[c]
      for (w = 1; w <= 5; w++)
        line = line OFS ((cases[c], ways[w]) in wall ? wall[cases[c], ways[w]] : "nan")
      print line } }' >"$work/load"
  draw load "Seconds of each way to bring a file in" 340 "
    set style data histogram
    set style histogram cluster gap 1
    set style fill solid 0.9 noborder
    set boxwidth 0.9
    set xrange [-0.6:3.6]
    set linetype 3 linecolor rgb '#3a9f5f'
    set linetype 4 linecolor rgb '#9a6fc0'
    set linetype 5 linecolor rgb '#888888'
    set ylabel 'seconds'
    plot '$work/load' using 2:xtic(1) title 'import', '' using 3 title 'COPY', '' using 4 title 'COPY, ON CONFLICT', \
      '' using 5 title 'COPY, MERGE', '' using 6 title 'COPY, UPDATE of what differs'"
}

# Lines against the number of clients.
draw_growth()
{
  local case way
  local clients="set logscale x 10
    set xrange [8000:*]
    set rmargin 5
    set ylabel 'thousand records a second'
    set xtics ('10,000' 1e4, '100,000' 1e5, '1 million' 1e6, '10 million' 1e7)"

  medians "$from/growth.tsv" >"$work/medians"
  for case in fresh unchanged updated created files; do
    for way in ours copy conflict; do
      series "$case" "$way" >"$work/$case.$way"
    done
  done
  draw fresh "Records a second against the clients of the file" 300 "$clients
    set xlabel 'clients of the file'
    plot '$work/fresh.ours' using 1:(\$1/\$2/1000) with linespoints linetype 1 title 'import', \
      '$work/fresh.copy' using 1:(\$1/\$2/1000) with linespoints linetype 2 title 'COPY'"
  draw memory "Memory against the clients of the file" 260 "$clients
    set xlabel 'clients of the file'
    set ylabel 'memory, MB'
    plot '$work/fresh.ours' using 1:(\$3/1024) with linespoints linetype 1 title 'import', \
      '$work/fresh.copy' using 1:(\$3/1024) with linespoints linetype 2 title 'COPY'"
  draw table "Records a second against the clients in the table" 340 "$clients
    set xlabel 'clients in the table'
    plot '$work/unchanged.ours' using 1:(5/\$2) with linespoints linetype 5 title 'import: unchanged', \
      '$work/updated.ours' using 1:(5/\$2) with linespoints linetype 1 title 'updated', \
      '$work/created.ours' using 1:(5/\$2) with linespoints linetype 2 title 'created', \
      '$work/unchanged.conflict' using 1:(5/\$2) with linespoints linetype 6 title 'ON CONFLICT: unchanged', \
      '$work/updated.conflict' using 1:(5/\$2) with linespoints linetype 3 title 'updated', \
      '$work/created.conflict' using 1:(5/\$2) with linespoints linetype 4 title 'created'"
  draw files "Time of each file, one after the other" 260 "
    set xlabel 'files before'
    set ylabel 'milliseconds'
    plot '$work/files.ours' using (\$1/5000):(\$2*1000) with lines linetype 1 linewidth 1 title 'import', \
      '$work/files.copy' using (\$1/5000):(\$2*1000) with lines linetype 2 linewidth 1 title 'COPY'"
}

work=$(TMPDIR=/tmp mktemp --directory --suffix .wifox_import)
need gnuplot-nox
[ ! -f "$from/load.tsv" ] || draw_load
[ ! -f "$from/growth.tsv" ] || draw_growth

#!/usr/bin/env bash
# Draws the scaling curves that skep_bench measures. Usage: scripts/plot_scaling.sh BENCH PICTURE;
# BENCH is the built skep_bench, PICTURE the SVG file to write. $SCALING_JSON, if it is set, names a
# file that keeps the figures, and that is drawn from without measuring if it is there already.
set -euo pipefail

(($# == 2)) || { echo "usage: $0 BENCH PICTURE" >&2; exit 2; }
bench=$1 picture=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
figures=${SCALING_JSON:-$work/scaling.json}

if [[ ! -s $figures ]]; then
  "$bench" --benchmark_filter='^scale_' --benchmark_out="$figures" --benchmark_out_format=json
fi

# One file a curve: "callers, operations a second". A figure has a line for each of its members:
#   "name": "scale_append/4096/64/min_time:0.300/real_time",   …   "items_per_second": 5.1e+04,
awk -F'[:,] *' -v dir="$work" '
  /"name": "scale_/ { gsub(/[ "]/, ""); sub(/^name:/, ""); split($0, part, "/") }
  /"items_per_second"/ {
    callers = part[3] ~ /^[0-9]+$/ ? part[3] : 1
    print callers, $2 > (dir "/" part[1] "-" part[2] ".dat")
  }' "$figures"
for file in "$work"/*.dat; do sort -n -o "$file" "$file"; done  # they were measured in any order
# Raw reads have no callers: a level line.
for file in "$work"/scale_raw_get-*.dat; do
  awk '{ print 1, $2; print 256, $2 }' "$file" >"$file.level"
done

gnuplot -e "dir='$work'; picture='$picture'" - <<'PLOT'
set terminal svg size 1080,460 font 'sans-serif,13' background rgb 'white'
set output picture
set multiplot layout 1,2
set logscale xy
set xtics (1, 4, 16, 64, 256)
set xrange [0.9:280]
set yrange [300:1000000]
set format y '%.0s%c'
set grid ytics lc rgb '#dddddd'
set border 3 lc rgb '#888888'
set tics nomirror
set key bottom right samplen 2 spacing 1.1
set xlabel 'callers at once (raw SQLite: rows in a transaction)'
sizes = '256 4096 65536 1048576'
label(i) = word('256B 4KiB 64KiB 1MiB', i)
colours = '#3366cc #dc7700 #2a8a3e #a0309a'

set title 'Durable appends a second'
plot for [i=1:4] dir.'/scale_append-'.word(sizes, i).'.dat' with linespoints lw 2 pt 7 ps 0.6 \
       lc rgb word(colours, i) title label(i) noenhanced, \
     for [i=1:4] dir.'/scale_raw_append-'.word(sizes, i).'.dat' with lines lw 1.5 dt 2 \
       lc rgb word(colours, i) notitle, \
     NaN with lines lw 1.5 dt 2 lc rgb '#666666' title 'raw SQLite'

set title 'Gets a second'
set xlabel 'callers at once (raw SQLite: one thread)'
plot for [i=1:4] dir.'/scale_get-'.word(sizes, i).'.dat' with linespoints lw 2 pt 7 ps 0.6 \
       lc rgb word(colours, i) title label(i) noenhanced, \
     for [i=1:4] dir.'/scale_raw_get-'.word(sizes, i).'.dat.level' with lines lw 1.5 dt 2 \
       lc rgb word(colours, i) notitle, \
     NaN with lines lw 1.5 dt 2 lc rgb '#666666' title 'raw SQLite'
unset multiplot
PLOT
echo "plot_scaling: wrote $picture"

# Reads lines "FIGURE RATE P50_MS P99_MS SERVER_CORES CLIENT_CORES", several of each figure; prints
# the ratios of the medians beside their bars, and the medians. Fails if a bar is missed, or could
# not be measured.

function median(figure, column,    n, i, j, value, sorted) {
  n = count[figure]
  for (i = 1; i <= n; ++i) {
    value = sample[figure, i, column]
    for (j = i - 1; j >= 1 && sorted[j] > value; --j) sorted[j + 1] = sorted[j]
    sorted[j + 1] = value
  }
  return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function thousands(number,    text, out) {
  text = sprintf("%d", number + 0.5)
  while (length(text) > 3) {
    out = "," substr(text, length(text) - 2) out
    text = substr(text, 1, length(text) - 3)
  }
  return text out
}

# A bar of 0 is none.
function ratio(title, ours, theirs, bar,    quotient, verdict) {
  if (!(ours in count) || !(theirs in count)) {
    printf "| %s | %s | %s | not measured | %s |\n", title,
      ours in count ? thousands(median(ours, 2)) : "",
      theirs in count ? thousands(median(theirs, 2)) : "", bar ? "at least " bar : ""
    if (bar) missed = missed "\n  " title ": not measured"
    return
  }
  quotient = median(ours, 2) / median(theirs, 2)
  verdict = bar ? "at least " bar : ""
  if (bar && quotient < bar) {
    verdict = verdict ": MISSED"
    missed = missed "\n  " title sprintf(": %.2f, at least %s", quotient, bar)
  }
  printf "| %s | %s | %s | **%.2f** | %s |\n", title, thousands(median(ours, 2)),
    thousands(median(theirs, 2)), quotient, verdict
}

function figure(title, name) {
  if (!(name in count)) return
  printf "| %s | %s | %.2f | %.2f | %.2f | %.2f |\n", title, thousands(median(name, 2)),
    median(name, 3), median(name, 4), median(name, 5), median(name, 6)
}

NF == 6 {
  n = ++count[$1]
  for (column = 2; column <= 6; ++column) sample[$1, n, column] = $column + 0
}

END {
  print "\n| figure, a second | Skep | other | ratio | bar |\n|---|---|---|---|---|"
  ratio("emits / Redis XADD", "skep_emit", "redis_xadd", 0.7)
  ratio("emits / PostgreSQL INSERT", "skep_emit", "postgres_insert", 1.0)
  ratio("records in batches of 64 / Redis XADD", "skep_batch", "redis_xadd", 1.3)
  ratio("reads / Redis GET", "skep_read", "redis_get", 0.4)
  ratio("reads of the content / Redis GET", "skep_content", "redis_get", 0)
  ratio("emits of 64 agents / Redis XADD", "skep_emit_64", "redis_xadd", 0)
  ratio("emits of 64 agents / PostgreSQL INSERT", "skep_emit_64", "postgres_insert", 0)
  ratio("emits with a token / without", "skep_emit_token", "skep_emit", 0)

  print "\n| what | a second | p50 ms | p99 ms | cores of the server | of the client |"
  print "|---|---|---|---|---|---|"
  figure("Skep, emit", "skep_emit")
  figure("Skep, emit of 64 agents", "skep_emit_64")
  figure("Skep, emit with a token", "skep_emit_token")
  figure("Redis, XADD", "redis_xadd")
  figure("PostgreSQL, INSERT", "postgres_insert")
  figure("Skep, records in batches of 64 (ms a batch)", "skep_batch")
  figure("Skep, read", "skep_read")
  figure("Skep, read of the content", "skep_content")
  figure("Redis, GET", "redis_get")

  if (missed != "") {
    print "\nBars missed:" missed
    exit 1
  }
  print "\nAll bars are met."
}

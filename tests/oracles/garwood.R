# Exact (Garwood) 95 % intervals of Poisson counts by R's poisson.test. Writes garwood.json beside this script.
counts <- c(0, 1, 2, 3, 5, 10, 33, 100, 329, 352, 459, 1223, 10000)
rows <- vapply(counts, function(n) {
  interval <- poisson.test(n)$conf.int
  sprintf('  {"n": %d, "low": %.15g, "high": %.15g}', n, interval[1], interval[2])
}, "")
writeLines(c("[", paste(rows, collapse = ",\n"), "]"), "garwood.json")

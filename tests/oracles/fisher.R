# Oracle of biomarkers.association.proportions: Rscript tests/oracles/fisher.R > tests/oracles/fisher.json
library(jsonlite)
number <- function(x) if (is.infinite(x)) "inf" else x
tables <- list(c(10, 2, 3, 15), c(0, 5, 5, 5), c(5, 0, 5, 5), c(6, 0, 0, 7), c(1, 9, 11, 3), c(30, 12, 25, 60), c(3, 0, 31, 41), c(1, 1, 1, 1))
two <- lapply(tables, function(t) {
  f <- fisher.test(matrix(t, 2, byrow = TRUE))
  list(table = t, p = f$p.value, odds = number(as.numeric(f$estimate)), low = f$conf.int[1], high = number(f$conf.int[2]))
})
larger <- list(
  matrix(c(3, 4, 1, 7, 2, 8), 3), matrix(c(12, 5, 9, 3, 4, 14, 2, 11, 6), 3), matrix(c(1, 0, 4, 6, 3, 3, 8, 2), 4),
  matrix(c(0, 3, 2, 5, 1, 1, 4, 2, 6, 0, 2, 3), 3)
)
many <- lapply(larger, function(m) list(table = m, p = fisher.test(m, workspace = 2e7)$p.value))
trend <- prop.trend.test(c(3, 5, 9, 12), c(20, 18, 17, 16), score = 0:3)
rates <- lapply(list(c(0, 10), c(3, 20), c(10, 10), c(30, 102)), function(x) {
  list(x = x[1], n = x[2], low = binom.test(x[1], x[2])$conf.int[1], high = binom.test(x[1], x[2])$conf.int[2])
})
cat(toJSON(list(two = two, many = many, trend = list(statistic = as.numeric(trend$statistic), p = trend$p.value), rates = rates),
  digits = NA, auto_unbox = TRUE, matrix = "rowmajor"), "\n")

# Exact binomial (Clopper-Pearson) intervals. Run: Rscript clopper_pearson.R > clopper_pearson.json
library(jsonlite)
pairs <- list(c(0, 10), c(3, 20), c(10, 10), c(30, 102), c(1, 1), c(0, 1), c(7, 34), c(2, 254))
result <- lapply(pairs, function(pair) {
  interval <- binom.test(pair[1], pair[2])$conf.int
  list(events = pair[1], n = pair[2], low = interval[1], high = interval[2])
})
cat(toJSON(result, auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")

# Oracle of biomarkers.stats.contingency: Rscript tests/oracles/fisher_tables.R > tests/oracles/fisher_tables.json
library(jsonlite)
set.seed(14)
sizes <- list(c(2, 3), c(2, 6), c(3, 3), c(3, 4), c(3, 5), c(4, 4), c(5, 3), c(3, 6))
random <- function(size) {
  n <- if (prod(size) > 15) 40 else sample(c(10, 30, 60), 1)
  repeat {
    cells <- sample(prod(size), n, TRUE, prob = rexp(prod(size)))
    counts <- matrix(tabulate(cells, prod(size)), size[1])
    if (min(rowSums(counts)) > 0 && min(colSums(counts)) > 0) return(counts)
  }
}
tables <- lapply(rep(sizes, 4), random)
# A field case's shape: three histologies by five best responses; equal margins, and groups that share no outcome.
tables <- c(tables, list(matrix(4, 3, 5), diag(c(20, 20, 20)), random(c(3, 5))))
known <- lapply(tables, function(t) list(table = t, p = fisher.test(t, workspace = 2e7)$p.value))
cat(toJSON(known, digits = NA, auto_unbox = TRUE, matrix = "rowmajor"), "\n")

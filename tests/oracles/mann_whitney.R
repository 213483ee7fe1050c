# Oracle of biomarkers.association.ranks: Rscript tests/oracles/mann_whitney.R > tests/oracles/mann_whitney.json
# exactRankTests gives the exact conditional p with ties, stats::wilcox.test the Hodges-Lehmann interval without ties,
# pROC DeLong's interval.
suppressPackageStartupMessages({library(exactRankTests); library(coin); library(pROC); library(jsonlite)})
set.seed(1)
cases <- list(
  ties = list(first = c(3, 5, 5, 7, 9, 9, 12), second = c(1, 2, 3, 3, 5, 6, 7, 8, 9)),
  distinct = list(first = c(4.1, 6.3, 8.8, 9.9, 12.4), second = c(0.2, 1.7, 3.3, 5.2, 6.9, 7.7)),
  skewed = list(first = round(rexp(25, 1 / 300)), second = round(rexp(40, 1 / 150))),
  heavy = list(first = sample(0:3, 18, TRUE), second = sample(0:2, 30, TRUE)),
  many = list(first = sample(0:90, 90, TRUE), second = sample(0:80, 110, TRUE))
)
result <- lapply(cases, function(case) {
  x <- case$first; y <- case$second
  values <- c(x, y); group <- factor(rep(c("a", "b"), c(length(x), length(y))))
  roc <- suppressMessages(roc(rep(c(1, 0), c(length(x), length(y))), values, direction = "<", levels = c(0, 1)))
  interval <- as.numeric(ci.auc(roc))
  plain <- suppressWarnings(wilcox.test(x, y, exact = FALSE, correct = TRUE))
  tied <- any(duplicated(values))
  hl <- if (tied) NULL else wilcox.test(x, y, exact = TRUE, conf.int = TRUE)
  list(
    first = x, second = y, u = as.numeric(plain$statistic),
    exact_p = wilcox.exact(x, y, exact = TRUE)$p.value,
    coin_p = if (length(values) <= 100) as.numeric(pvalue(wilcox_test(values ~ group, distribution = "exact"))) else NULL,
    asymptotic_p = plain$p.value,
    hodges_lehmann = median(outer(x, y, "-")),
    hl_low = hl$conf.int[1], hl_high = hl$conf.int[2],
    auc = interval[2], auc_low = interval[1], auc_high = interval[3]
  )
})
three <- list(c(1, 4, 4, 6), c(2, 5, 8, 9, 9), c(3, 3, 10))
kw <- kruskal.test(three)
x <- c(1, 2, 2, 4, 7, 9, 11, 12); y <- c(2, 1, 4, 3, 9, 8, 8, 14)
result$kruskal <- list(groups = three, statistic = as.numeric(kw$statistic), p = kw$p.value)
result$spearman <- list(x = x, y = y, rho = cor(x, y, method = "spearman"))
cat(toJSON(result, digits = NA, auto_unbox = TRUE, null = "null"), "\n")

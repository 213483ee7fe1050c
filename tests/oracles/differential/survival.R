# Oracle of test_survival_in_r.py: coxph and survdiff of random cohorts. Rscript survival.R COHORTS.json
# cohorts: list of {time, event, x (terms), group, stratum}; out: coefficient and p of each term (NA where R drops it).
suppressPackageStartupMessages({library(survival); library(jsonlite)})
options(warn = -1)
control <- coxph.control(eps = 1e-12, iter.max = 100)
one <- function(d) {
  x <- as.matrix(as.data.frame(d$x))
  s <- Surv(d$time, d$event)
  terms <- function(fit) {
    t <- summary(fit)$coefficients
    list(coefficient = unname(t[, "coef"]), p = unname(t[, "Pr(>|z|)"]))
  }
  k <- survdiff(s ~ d$group)
  list(
    cox = terms(coxph(s ~ x, control = control)),
    strata = terms(coxph(s ~ x + strata(d$stratum), control = control)),
    statistic = k$chisq, p = pchisq(k$chisq, sum(k$exp > 0) - 1, lower.tail = FALSE)
  )
}
cat(toJSON(lapply(fromJSON(commandArgs(TRUE)[1], simplifyDataFrame = FALSE), one), digits = NA, na = "string"), "\n")

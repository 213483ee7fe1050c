# Oracle of test_proportional_in_r.py: cox.zph of random cohorts. Rscript proportional.R COHORTS.json
# cohorts: list of {time, event, number, carrier, level, stratum}; out: p of each term and GLOBAL, with and without strata.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
options(warn = -1)
control <- coxph.control(eps = 1e-14, iter.max = 100, toler.chol = 1e-14)
one <- function(d) {
  d$level <- factor(d$level)
  p <- function(formula) unname(cox.zph(coxph(formula, as.data.frame(d), control = control))$table[, "p"])
  list(
    one = p(Surv(time, event) ~ number), carrier = p(Surv(time, event) ~ carrier),
    several = p(Surv(time, event) ~ number + level + carrier),
    strata = p(Surv(time, event) ~ number + level + carrier + strata(stratum)),
    carrier_strata = p(Surv(time, event) ~ carrier + strata(stratum))
  )
}
cat(toJSON(lapply(fromJSON(commandArgs(TRUE)[1], simplifyDataFrame = FALSE), one), digits = NA, na = "string"), "\n")

# Oracle of biomarkers.stats.times: Rscript tests/oracles/near_ties.R > tests/oracles/near_ties.json
# Days become months with all digits or rounded to 7 to 15 decimals, patient by patient; R's default timefix makes them one.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
set.seed(11)
number <- function(x) ifelse(is.na(x), "NA", x)
control <- coxph.control(eps = 1e-12, iter.max = 100)
one <- function(index) {
  n <- sample(25:70, 1); unit <- c(30.4375, 365.25, 1 / 24)[index %% 3 + 1]; step <- c(1, 7, 28)[index %% 3 + 1]
  time <- step * ceiling(rexp(n, 0.08)) / unit
  digits <- sample(c(NA, 7:15), n, TRUE)
  time <- ifelse(is.na(digits), time, mapply(round, time, ifelse(is.na(digits), 1, digits)))
  event <- rbinom(n, 1, 0.75); group <- rbinom(n, 1, 0.5); arm <- sample(0:2, n, TRUE); centre <- sample(0:1, n, TRUE)
  age <- round(rnorm(n, 60, 8))
  fit <- summary(coxph(Surv(time, event) ~ group + age, control = control))
  inside <- summary(coxph(Surv(time, event) ~ group + strata(centre), control = control))
  curve <- summary(survfit(Surv(time, event) ~ 1, conf.type = "log-log"))$table
  list(
    time = time, event = event, group = group, age = age, arm = arm, centre = centre, distinct = length(survfit(Surv(time, event) ~ 1)$time),
    ratio = unname(fit$conf.int[, 1]), p = unname(fit$coefficients[, "Pr(>|z|)"]),
    stratified = unname(inside$conf.int[1, 1]),
    logrank = survdiff(Surv(time, event) ~ group)$chisq, three = survdiff(Surv(time, event) ~ arm)$chisq,
    median = number(unname(curve[c("median", "0.95LCL", "0.95UCL")]))
  )
}
cat(toJSON(lapply(1:30, one), digits = NA, auto_unbox = TRUE), "\n")

# Oracle of biomarkers.association.survival and .models (Cox): Rscript tests/oracles/survival.R > tests/oracles/survival.json
# Firth's Cox estimate is found here by maximising loglik + log det(information) / 2 with Breslow's ties, its interval by
# profiling, so that nothing is shared with the library under test.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
set.seed(7)
n <- 60
time <- ceiling(rexp(n, 0.12) * 4) / 4
event <- rbinom(n, 1, 0.7)
group <- rbinom(n, 1, 0.45)
age <- round(rnorm(n, 62, 9))
centre <- sample(0:2, n, TRUE)
arm <- sample(0:2, n, TRUE)
number <- function(x) ifelse(is.na(x), "NA", x)
terms <- function(fit) {
  s <- summary(fit)
  list(ratio = unname(s$conf.int[, 1]), low = unname(s$conf.int[, 3]), high = unname(s$conf.int[, 4]), z = unname(s$coefficients[, "z"]), p = unname(s$coefficients[, "Pr(>|z|)"]), likelihood_ratio = unname(s$logtest["test"]))
}
control <- coxph.control(eps = 1e-12, iter.max = 100)
d <- survdiff(Surv(time, event) ~ group)
ds <- survdiff(Surv(time, event) ~ group + strata(centre))
observed <- rowSums(as.matrix(ds$obs)); expected <- rowSums(as.matrix(ds$exp))
km <- lapply(0:1, function(g) {
  t <- summary(survfit(Surv(time, event) ~ 1, subset = group == g, conf.type = "log-log"))$table
  list(n = sum(group == g), median = number(unname(t["median"])), low = number(unname(t["0.95LCL"])), high = number(unname(t["0.95UCL"])))
})
half <- list(time = c(1, 2, 3, 4, 6, 8), event = c(1, 0, 1, 0, 1, 1))
steps <- list(
  list(time = c(1, 2, 3, 4), event = c(1, 1, 1, 1)), list(time = c(1, 2, 3, 4), event = c(1, 1, 0, 0)), half,
  list(time = c(5, 5, 5, 9, 9, 12, 12, 12), event = c(1, 1, 0, 1, 1, 0, 1, 0)), list(time = c(2, 3), event = c(0, 0))
)
steps <- lapply(steps, function(s) {
  t <- summary(survfit(Surv(s$time, s$event) ~ 1, conf.type = "log-log"))$table
  c(s, list(median = number(unname(t["median"])), low = number(unname(t["0.95LCL"])), high = number(unname(t["0.95UCL"]))))
})
# separated: the second group has no events
st <- c(2, 3, 3, 4, 5, 6, 7, 9, 10, 12, 14, 15); se <- c(1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0); sg <- c(0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1)
penalised <- function(b) {
  f <- coxph(Surv(st, se) ~ sg, init = b, method = "breslow", control = coxph.control(iter.max = 0))
  f$loglik[2] - log(f$var[1, 1]) / 2
}
best <- optimize(penalised, c(-10, 5), maximum = TRUE, tol = 1e-10)
drop <- function(b) penalised(b) - best$objective + qchisq(0.95, 1) / 2
firth <- list(
  time = st, event = se, group = sg, ratio = exp(best$maximum),
  low = exp(uniroot(drop, c(-15, best$maximum), tol = 1e-10)$root), high = exp(uniroot(drop, c(best$maximum, 10), tol = 1e-10)$root),
  p = pchisq(2 * (best$objective - penalised(0)), 1, lower.tail = FALSE)
)
result <- list(
  time = time, event = event, group = group, age = age, centre = centre, arm = arm,
  logrank = list(statistic = d$chisq, p = pchisq(d$chisq, 1, lower.tail = FALSE), observed = d$obs[2], expected = d$exp[2], variance = d$var[2, 2]),
  stratified = list(statistic = ds$chisq, observed = observed[2], expected = expected[2], variance = ds$var[2, 2]),
  three = list(statistic = survdiff(Surv(time, event) ~ arm)$chisq),
  cox = terms(coxph(Surv(time, event) ~ group, control = control)),
  cox_two = terms(coxph(Surv(time, event) ~ group + age, control = control)),
  cox_strata = terms(coxph(Surv(time, event) ~ group + strata(centre), control = control)),
  medians = km, steps = steps, firth = firth
)
cat(toJSON(result, digits = NA, auto_unbox = TRUE), "\n")

# Cumulative incidence with a competing event (Aalen-Johansen), with log-log intervals of survfit, and exact intervals of
# Poisson rates. Run: Rscript cumulative_incidence.R > cumulative_incidence.json (R survival and jsonlite).
library(survival)
library(jsonlite)

set.seed(20130)
random <- function(n, whole) {
  time <- rexp(n, 1 / 6)
  if (whole) time <- ceiling(time)
  list(time = round(time, 3) + 0.001 * !whole, state = sample(0:2, n, replace = TRUE, prob = c(0.4, 0.35, 0.25)))
}
cases <- c(
  list(small = list(time = c(1, 2, 3, 4, 5, 6), state = c(1, 2, 1, 0, 1, 0)),
       ties = list(time = c(1, 1, 1, 2, 2, 3, 3, 3, 5, 5, 7, 8), state = c(1, 2, 0, 1, 1, 2, 1, 0, 2, 1, 0, 0)),
       nobody_left = list(time = c(1, 2, 2, 3), state = c(1, 2, 1, 1)),
       only_competing = list(time = c(1, 2, 4, 5), state = c(2, 2, 0, 2)),
       none_competing = list(time = c(1, 2, 4, 5, 9), state = c(1, 0, 1, 1, 0))),
  lapply(rep(c(TRUE, FALSE), 15), function(whole) random(sample(8:60, 1), whole))
)
incidence <- lapply(unname(cases), function(case) {
  state <- factor(case$state, 0:2, c("censor", "event", "other"))
  fit <- survfit(Surv(case$time, state) ~ 1, conf.type = "log-log")
  own <- which(fit$states == "event")
  list(time = case$time, state = case$state, at = fit$time, n_at_risk = rowSums(as.matrix(fit$n.risk)),
       estimate = fit$pstate[, own], error = fit$std.err[, own], low = fit$lower[, own], high = fit$upper[, own])
})
pairs <- list(c(0, 12.5), c(1, 0.7), c(5, 31.25), c(17, 8.4), c(120, 999.9))
rates <- lapply(pairs, function(pair) {
  test <- poisson.test(pair[1], pair[2])
  list(count = pair[1], time = pair[2], estimate = unname(test$estimate), low = test$conf.int[1], high = test$conf.int[2])
})
cat(toJSON(list(survival_version = as.character(packageVersion("survival")), incidence = incidence, rates = rates),
           auto_unbox = TRUE, digits = 15, na = "null"), "\n")

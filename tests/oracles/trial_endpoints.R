# Median follow-up by reverse Kaplan-Meier, and rates at any month with the number at risk, of random cohorts with ties and
# censoring, as `biomarkers.clinical.rates` must give them. Beyond the last time there is nobody at risk: no estimate.
# Run: Rscript trial_endpoints.R > trial_endpoints.json (R survival and jsonlite).
library(survival)
library(jsonlite)

set.seed(20)
of <- function(fit) {
  quantiles <- summary(fit)$table
  list(n = unname(quantiles["records"]), events = unname(quantiles["events"]), median = unname(quantiles["median"]),
       low = unname(quantiles["0.95LCL"]), high = unname(quantiles["0.95UCL"]))
}
cases <- lapply(1:30, function(i) {
  n <- sample(2:60, 1)
  days <- pmax(1, round(rexp(n, 1 / sample(c(100, 300, 600), 1)) / sample(c(1, 30), 1)) * sample(c(1, 30), 1))
  event <- rbinom(n, 1, sample(c(0, 0.3, 0.7, 1), 1, prob = c(1, 4, 4, 1)))
  time <- days / 30.4375
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log-log")
  months <- sort(unique(c(sample(1:30, 3), round(runif(2, 0, 40), 2))))
  rates <- lapply(months, function(at) {
    if (at > max(time)) return(list(at = at, n_at_risk = 0))
    s <- summary(fit, times = at)
    list(at = at, n_at_risk = s$n.risk, estimate = s$surv, low = s$lower, high = s$upper)
  })
  list(time = time, event = event, months = I(months), forward = of(fit), rates = rates,
       reverse = of(survfit(Surv(time, 1 - event) ~ 1, conf.type = "log-log")))
})
cat(toJSON(list(survival_version = as.character(packageVersion("survival")), cases = cases),
           auto_unbox = TRUE, digits = 15, na = "null", pretty = TRUE), "\n")

# Kaplan-Meier medians and rates at landmarks with log-log intervals, as `biomarkers.clinical.rates` must give them.
# Run: Rscript kaplan_meier.R > kaplan_meier.json (R survival and jsonlite). `at` beyond the last time is absent.
library(survival)
library(jsonlite)

cases <- list(
  ordinary = list(time = c(1.2, 2.5, 2.9, 3.4, 4.4, 5.1, 6.3, 7.7, 8.2, 9.9, 11.5, 13.1),
                  event = c(1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1)),
  ties = list(time = c(1, 1, 2, 2, 2, 3, 3, 4, 6, 6, 6, 8, 10, 12, 12, 14),
              event = c(1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0)),
  exactly_half = list(time = c(1, 2, 3, 5, 9, 14), event = c(1, 1, 1, 0, 1, 1)),
  half_to_the_end = list(time = c(1, 2, 5, 7), event = c(1, 1, 0, 0)),
  no_events = list(time = c(1, 4, 7, 13), event = c(0, 0, 0, 0)),
  all_events = list(time = c(2, 4, 6, 8, 10), event = c(1, 1, 1, 1, 1)),
  one_patient = list(time = c(5), event = c(1)),
  lung = list(time = lung$time / 30.4375, event = lung$status - 1)
)

result <- lapply(cases, function(case) {
  fit <- survfit(Surv(case$time, case$event) ~ 1, conf.type = "log-log")
  quantiles <- summary(fit)$table
  landmarks <- lapply(c(3, 6, 12), function(at) {
    if (at > max(case$time)) return(list(at = at, n_at_risk = 0))
    s <- summary(fit, times = at)
    list(at = at, n_at_risk = s$n.risk, estimate = s$surv, low = s$lower, high = s$upper)
  })
  list(time = case$time, event = case$event, n = unname(quantiles["records"]), events = unname(quantiles["events"]),
       median = unname(quantiles["median"]), low = unname(quantiles["0.95LCL"]), high = unname(quantiles["0.95UCL"]),
       landmarks = landmarks)
})
cat(toJSON(list(survival_version = as.character(packageVersion("survival")), cases = result),
           auto_unbox = TRUE, digits = 15, na = "null", pretty = TRUE), "\n")

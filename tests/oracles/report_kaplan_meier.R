# Kaplan-Meier steps with log-log intervals and numbers at risk of the 6-MP and placebo arms of Freireich 1963,
# for tests/unit/report/test_kaplan_meier.py. Run: Rscript report_kaplan_meier.R > report_kaplan_meier.json
library(survival)
arm <- list(
  treated = list(time = c(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35),
                 event = c(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)),
  placebo = list(time = c(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23), event = rep(1, 21)))
ticks <- c(0, 6, 12, 18, 24, 30)
shown <- function(x) ifelse(is.na(x), "null", format(x, digits = 15, trim = TRUE))
series <- function(name, x) sprintf('"%s": [%s]', name, paste(shown(x), collapse = ", "))
one <- function(a) {
  fit <- survfit(Surv(a$time, a$event) ~ 1, conf.type = "log-log")
  risk <- sapply(ticks, function(t) sum(a$time >= t))
  paste0("{", paste(c(series("time", a$time), series("event", a$event), series("step", fit$time),
    series("survival", fit$surv), series("low", fit$lower), series("high", fit$upper), series("at_risk", fit$n.risk),
    series("censored", fit$n.censor), series("ticks", ticks), series("at_risk_at_ticks", risk)), collapse = ", "), "}")
}
cat(sprintf('{"treated": %s,\n "placebo": %s}\n', one(arm$treated), one(arm$placebo)))

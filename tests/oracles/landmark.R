# Oracle of landmark analyses, milestones and restricted means: Rscript tests/oracles/landmark.R > tests/oracles/landmark.json
# The first cohort is fixed in size; the others are of 30 to 120 patients, with ties and heavy censoring.
# Restricted means by survfit (print.rmean) and, written out, by the formulas of survRM2 1.0-4 (rmst1, rmst2reg's table).
suppressPackageStartupMessages({library(survival); library(jsonlite)})
number <- function(x) ifelse(is.na(x), "NA", x)
cohort <- function(seed, n, rate) {
  set.seed(seed)
responder <- rbinom(n, 1, 0.35)
time <- round(rexp(n, ifelse(responder == 1, 0.05, 0.11)) + 0.2, 1)
event <- rbinom(n, 1, rate)
ttr <- ifelse(responder == 1, round(runif(n, 1, 5), 1), NA)
time <- ifelse(responder == 1, pmax(time, ttr + 0.4), time)
group <- rbinom(n, 1, 0.4)
z <- qnorm(0.975)
at <- function(t0, e0, m) { s <- summary(survfit(Surv(t0, e0) ~ 1, conf.type = "log-log"), times = m, extend = TRUE); c(s$surv, s$std.err, s$lower, s$upper, s$n.risk) }
milestone <- function(m) {
  a <- at(time[group == 1], event[group == 1], m); b <- at(time[group == 0], event[group == 0], m)
  d <- a[1] - b[1]; se <- sqrt(a[2]^2 + b[2]^2)
  list(month = m, difference = d, low = d - z * se, high = d + z * se, p = 2 * pnorm(-abs(d / se)), at_risk = c(a[5], b[5]),
       mover_low = d - sqrt((a[1] - a[3])^2 + (b[4] - b[1])^2), mover_high = d + sqrt((a[4] - a[1])^2 + (b[1] - b[3])^2))
}
rmst1 <- function(t0, e0, tau) {
  ft <- survfit(Surv(t0, e0) ~ 1); idx <- ft$time <= tau
  wt <- sort(c(ft$time[idx], tau)); areas <- diff(c(0, wt)) * c(1, ft$surv[idx])
  wv <- ifelse(ft$n.risk[idx] - ft$n.event[idx] == 0, 0, ft$n.event[idx] / (ft$n.risk[idx] * (ft$n.risk[idx] - ft$n.event[idx])))
  list(mean = sum(areas), se = sqrt(sum(cumsum(rev(areas[-1]))^2 * rev(c(wv, 0))[-1])))
}
rmst <- function(tau) {
  fit <- summary(survfit(Surv(time, event) ~ group), rmean = tau)$table
  a <- rmst1(time[group == 1], event[group == 1], tau); b <- rmst1(time[group == 0], event[group == 0], tau)
  if (tau <= min(max(time[group == 1]), max(time[group == 0]))) stopifnot(all.equal(unname(fit[2, "rmean"]), a$mean), all.equal(unname(fit[2, "se(rmean)"]), a$se))
  d <- a$mean - b$mean; se <- sqrt(a$se^2 + b$se^2); r <- log(a$mean / b$mean); rse <- sqrt((a$se / a$mean)^2 + (b$se / b$mean)^2)
  list(month = tau, mean = c(a$mean, b$mean), se = c(a$se, b$se), difference = d, low = d - z * se, high = d + z * se, p = 2 * pnorm(-abs(d / se)),
       ratio = exp(r), ratio_low = exp(r - z * rse), ratio_high = exp(r + z * rse))
}
landmark <- function(m) {
  inside <- time >= m; d <- data.frame(t = time - m, e = event, s = as.integer(responder == 1 & !is.na(ttr) & ttr <= m), g = group)[inside, ]
  fit <- summary(coxph(Surv(t, e) ~ s, d, control = coxph.control(eps = 1e-12))); two <- summary(coxph(Surv(t, e) ~ s + g, d, control = coxph.control(eps = 1e-12)))
  lr <- survdiff(Surv(t, e) ~ s, d)
  list(month = m, n = nrow(d), events = sum(d$e), excluded_events = sum(event[!inside]), excluded_censored = sum(1 - event[!inside]), with = sum(d$s),
       later = sum(responder[inside] == 1 & ttr[inside] > m), ratio = unname(fit$conf.int[1, c(1, 3, 4)]), p = fit$coefficients[1, 5], adjusted = unname(two$conf.int[1, c(1, 3, 4)]),
       logrank = pchisq(lr$chisq, 1, lower.tail = FALSE), medians = unname(summary(survfit(Surv(t, e) ~ s, d))$table[2:1, "median"]))
}
list(time = time, event = event, responder = responder, ttr = number(ttr), group = group, milestones = lapply(c(3, 6, 12), milestone),
     rmst = lapply(c(6, 12), rmst), landmarks = lapply(c(2, 3, 4), landmark))
}
sizes <- c(30, 45, 60, 90, 120)
made <- c(list(cohort(14, 90, 0.75)), lapply(1:15, function(i) cohort(100 + i, sizes[(i - 1) %% 5 + 1], c(0.9, 0.6, 0.3)[(i - 1) %% 3 + 1])))
cat(toJSON(made, digits = NA, auto_unbox = TRUE), "\n")

# Oracle of the exact log-rank p and of the check of proportional hazards: Rscript small_groups.R > small_groups.json
# The number of events in the small group given the risk sets: hypergeometric at each time (dhyper), convolved over times
# and strata; p is twice the smaller tail. Proportional hazards by cox.zph.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
set.seed(14)
tail <- function(time, event, group, stratum) {
  law <- 1
  for (s in unique(stratum)) for (t in sort(unique(time[event == 1 & stratum == s]))) {
    risk <- stratum == s & time >= t
    d <- sum(event[risk & time == t])
    k <- sum(group[risk])
    step <- dhyper(0:d, k, sum(risk) - k, d)
    wider <- rep(0, length(law) + d)
    for (x in 0:d) wider <- wider + c(rep(0, x), law * step[x + 1], rep(0, d - x))
    law <- wider
  }
  o <- sum(event[group == 1])
  min(1, 2 * min(sum(law[seq_len(o + 1)]), sum(law[(o + 1):length(law)])))
}
one <- function(n, k, step) {
  time <- ceiling(rexp(n, 0.1) / step) * step
  event <- rbinom(n, 1, 0.7)
  group <- sample(c(rep(1, k), rep(0, n - k)))
  stratum <- sample(0:1, n, TRUE)
  time[group == 1 & runif(n) < 0.4] <- step
  list(time = time, event = event, group = group, stratum = stratum,
       p = tail(time, event, group, rep(0, n)), stratified = tail(time, event, group, stratum))
}
cohorts <- mapply(one, c(30, 30, 60, 60, 60, 60), c(2, 27, 3, 5, 8, 12), c(0.01, 2, 0.01, 0.01, 3, 2), SIMPLIFY = FALSE)
n <- 80
d <- data.frame(number = rnorm(n), carrier = rbinom(n, 1, 0.4), level = factor(sample(0:2, n, TRUE)), centre = sample(0:1, n, TRUE))
d$time <- ceiling(rweibull(n, ifelse(d$carrier == 1, 2.5, 1), 10) * 2) / 2 + 0.5
d$event <- rbinom(n, 1, 0.75)
control <- coxph.control(eps = 1e-14, iter.max = 100, toler.chol = 1e-14)
zph <- function(formula) unname(cox.zph(coxph(formula, d, control = control))$table[, "p"])
proportional <- c(as.list(transform(d, level = as.integer(as.character(level)))), list(
  p_carrier = zph(Surv(time, event) ~ carrier),
  p_all = zph(Surv(time, event) ~ number + level + carrier),
  p_strata = zph(Surv(time, event) ~ number + level + carrier + strata(centre))
))
# several groups: survdiff's statistic of every allocation of the patients of each stratum to the groups
allocations <- function(group) {
  if (length(group) < 2) return(matrix(group, 1))
  do.call(rbind, lapply(sort(unique(group)), function(first) cbind(first, allocations(group[-match(first, group)]))))
}
several <- function(groups, step) {
  stratum <- rep(seq_along(groups), lengths(groups))
  time <- ceiling(rexp(length(stratum), 0.1) / step) * step
  event <- rbinom(length(stratum), 1, 0.75)
  group <- unlist(lapply(groups, sample))
  statistic <- function(group) {
    if (length(groups) > 1) survdiff(Surv(time, event) ~ group + strata(stratum))$chisq else survdiff(Surv(time, event) ~ group)$chisq
  }
  own <- lapply(groups, allocations)
  rows <- as.matrix(expand.grid(lapply(own, function(m) seq_len(nrow(m)))))
  all <- apply(rows, 1, function(i) statistic(unlist(lapply(seq_along(own), function(s) own[[s]][i[s], ]))))
  list(time = time, event = event, group = group, stratum = stratum, statistic = statistic(group), p = mean(all >= statistic(group) * (1 - 1e-9)))
}
several <- list(several(list(c(1, 1, 1, 1, 2, 2, 3, 3)), 0.01), several(list(c(1, 1, 1, 1, 1, 2, 2, 3)), 4), several(list(c(1, 1, 2, 3), c(1, 1, 1, 2, 3)), 0.01),
                several(list(c(1, 1, 1, 2, 3, 4)), 0.01))
cat(toJSON(list(cohorts = cohorts, proportional = proportional, several = several), digits = NA, auto_unbox = TRUE), "\n")

# Oracle of test_methods_in_r.py: Rscript methods.R COHORTS.json: one record of numbers per cohort on standard output.
# Base R and survival (survfit, coxph, concordance, glm, kruskal.test, fisher.test, binom.test, p.adjust); Simon's design
# by every table of both stages, Rubin's rules as mice 3.15 (pool, barnard.rubin), formulas by R's own parser.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
options(warn = -1)
z <- qnorm(0.975)
exact <- list(epsilon = 1e-14, maxit = 1000)
numbers <- function(v) as.numeric(unlist(lapply(v, function(one) if (is.null(one)) NA else one)))

curves <- function(time, event, months) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log-log")
  table <- function(tau) summary(fit, rmean = tau)$table
  median <- table(max(time) + 1)[c("median", "0.95LCL", "0.95UCL")]
  at <- summary(fit, times = months, extend = TRUE)
  inside <- sapply(months, function(m) any(time >= m * (1 - 1.5e-8))) # nobody is at risk: no estimate
  mean <- t(sapply(months, function(m) { if (m < min(time)) return(c(m, 0)); v <- table(m)[c("rmean", "se(rmean)")]; c(v[1], v[2]^2) }))
  list(median = unname(median), share = ifelse(inside, at$surv, NA), low = ifelse(inside & at$surv < 1, at$lower, NA),
       high = ifelse(inside & at$surv < 1, at$upper, NA), means = mean[, 1], variances = mean[, 2])
}
incidence <- function(time, state, months) {
  fit <- survfit(Surv(time, factor(state, 0:2)) ~ 1, conf.type = "log-log")
  k <- match("1", fit$states)
  at <- summary(fit, times = months, extend = TRUE)
  gone <- sapply(months, function(m) !any(time >= m * (1 - 1.5e-8))) & at$pstate[, match("(s0)", fit$states)] > 1e-8
  p <- at$pstate[, k]; inner <- p > 1e-12 & p < 1 - 1e-12
  cut <- function(v) ifelse(gone, NA, v)
  list(incidence = cut(p), low = cut(ifelse(inner, at$lower[, k], NA)), high = cut(ifelse(inner, at$upper[, k], NA)))
}
nested <- function(fewer, more, y, time, stratum) {
  fewer <- scale(fewer); full <- cbind(fewer, scale(more)); full[!is.finite(full)] <- 0; fewer[!is.finite(fewer)] <- 0
  rank <- function(m) if (ncol(m)) qr(sweep(m, 2, colMeans(m)), tol = 1e-6)$rank else 0
  d <- rank(full) - rank(fewer)
  far <- FALSE # where a likelihood has no maximum, R's climbs end somewhat below its supremum
  tops <- sapply(list(fewer, full), function(x) { # not glm, whose deviance may jump to hundreds there
    m <- cbind(1, x); f <- function(b) { s <- as.vector(m %*% b); -2 * sum(y * plogis(s, log.p = TRUE) + (1 - y) * plogis(-s, log.p = TRUE)) }
    g <- function(b) -2 * as.vector(crossprod(m, y - plogis(as.vector(m %*% b))))
    end <- nlminb(rep(0, ncol(m)), f, g, control = list(rel.tol = 1e-15, abs.tol = 1e-12, iter.max = 5000, eval.max = 9999))
    far <<- far || max(abs(m %*% end$par)) > 12; end$objective })
  logistic <- c(if (d < 1) NA else max(0, tops[1] - tops[2]), far)
  risk <- time >= tapply(ifelse(y == 1, time, Inf), stratum, min)[as.character(stratum)]
  apart <- function(x) { x <- x[risk, , drop = FALSE]; sweep(x, 2, colMeans(x)) }
  ranks <- sapply(list(fewer, full), function(x) if (any(risk)) qr(apart(x), tol = 1e-6)$rank else 0); far <- FALSE
  tops <- sapply(list(fewer, full), function(x) {
    fit <- NULL # coxph stops with an error where a coefficient has become infinite
    for (most in c(1000, 100, 30, 15, 8)) if (is.null(fit)) fit <- tryCatch(error = function(e) NULL,
      coxph(Surv(time, y) ~ x + strata(stratum), control = coxph.control(eps = 1e-14, iter.max = most, toler.chol = 1e-13)))
    far <<- far || max(abs(coef(fit)), na.rm = TRUE) > 8; max(fit$loglik) })
  list(logistic = logistic, cox = c(if (diff(ranks) < 1) NA else max(0, 2 * diff(tops)), far))
}
design <- function(d) { # every table of both stages
  n2 <- d$n - d$n1; x <- rep(0:d$n1, each = n2 + 1); y <- rep(0:n2, d$n1 + 1); on <- x > d$r1
  chance <- function(p) dbinom(x, d$n1, p) * dbinom(y, n2, p)
  above <- function(p, k, stopped) if (stopped) sum(dbinom(k:d$n1, d$n1, p) * (k:d$n1 <= d$n1)) else sum(chance(p)[on & x + y >= k])
  tail <- function(p, k, stopped) if (stopped && k > d$n1) 0 else above(p, k, stopped)
  first <- sum(d$flags[seq_len(d$n1)]); stopped <- first <= d$r1; k <- if (stopped) first else sum(d$flags[seq_len(d$n)])
  ways <- choose(d$n1, x) * choose(n2, y); same <- on & x + y == k
  estimate <- if (stopped) k / d$n1 else sum(ways[same] * x[same]) / sum(ways[same]) / d$n1
  root <- function(f) uniroot(f, c(0, 1), tol = 1e-14)$root
  low <- if (tail(0, k, stopped) >= 0.025) 0 else root(function(p) tail(p, k, stopped) - 0.025)
  high <- if (tail(1, k + 1, stopped) <= 0.975) 1 else root(function(p) tail(p, k + 1, stopped) - 0.975)
  share <- ifelse(on, (x + y) / d$n, x / d$n1)
  total <- length(d$flags); r <- sum(d$flags); b <- binom.test(r, total, d$null)
  list(simon = c(tail(d$null, k, stopped), estimate, low, high, sum(chance(estimate) * share) - estimate),
       error = sum(chance(d$null)[on & x + y > d$r]), stopped = stopped,
       binomial = c(binom.test(r, total, d$null, "greater")$p.value, b$p.value, b$conf.int))
}
pooled <- function(tables, y) { # each table: terms of a logistic model; the first is asked for
  each <- sapply(tables, function(x) summary(glm(y ~ do.call(cbind, lapply(x, numbers)), family = binomial(), control = exact))$coefficients[2, 1:2])
  m <- ncol(each); q <- mean(each[1, ]); b <- var(each[1, ]); t <- mean(each[2, ]^2) + (1 + 1 / m) * b
  lambda <- max((1 + 1 / m) * b / t, 0); dfcom <- max(length(y) - length(tables[[1]]) - 1, 1)
  old <- (m - 1) / lambda^2; observed <- (dfcom + 1) / (dfcom + 3) * dfcom * (1 - lambda)
  df <- if (lambda == 0) observed else old * observed / (old + observed)
  c(q, q - qt(0.975, df) * sqrt(t), q + qt(0.975, df) * sqrt(t), 2 * pt(-abs(q / sqrt(t)), df))
}
shrunk <- function(x, y, time, strength) {
  m <- apply(x, 2, function(v) { s <- sqrt(mean((v - mean(v))^2)); (v - mean(v)) / (if (s > 0) s else 1) })
  f <- function(b) { s <- b[1] + m %*% b[-1]; sum(b[-1]^2) / 2 - strength * sum(y * plogis(s, log.p = TRUE) + (1 - y) * plogis(-s, log.p = TRUE)) }
  g <- function(b) { e <- strength * as.vector(plogis(b[1] + m %*% b[-1]) - y); c(sum(e), b[-1] + as.vector(t(m) %*% e)) }
  b <- optim(c(qlogis(mean(y)), rep(0, ncol(m))), f, g, method = "BFGS", control = list(reltol = 1e-16, maxit = 2000))$par
  cox <- coef(coxph(Surv(time, y) ~ ridge(m, theta = 1 / strength, scale = FALSE), control = coxph.control(eps = 1e-13, iter.max = 200)))
  list(logistic = b, cox = unname(cox))
}
forecasts <- function(p, y, time) {
  c <- concordance(Surv(time, y) ~ p, reverse = TRUE); se <- sqrt(c$var)
  l <- qlogis(p); s <- summary(glm(y ~ 1 + offset(l), family = binomial(), control = exact))$coefficients
  th <- round(seq(0.05, 0.95, 0.05), 2)
  list(concordance = if (is.nan(c$concordance) || sum(c$count[1:3]) == 0) rep(NA, 3) else c(c$concordance, if (se < 1e-12) c(NA, NA) else c(max(0, c$concordance - z * se), min(1, c$concordance + z * se))),
       intercept = c(s[1, 1], s[1, 1] - z * s[1, 2], s[1, 1] + z * s[1, 2]),
       benefit = sapply(th, function(t) mean(p >= t & y == 1) - mean(p >= t & y == 0) * t / (1 - t)))
}
score <- function(text, frame) { # nothing where any part has no value: a logarithm of 0, a division by 0
  tree <- parse(text = text)[[1]]; bad <- rep(FALSE, nrow(frame))
  value <- function(e) {
    if (!is.call(e)) return(if (is.name(e)) frame[[as.character(e)]] else e)
    name <- as.character(e[[1]]); parts <- lapply(as.list(e)[-1], value)
    v <- do.call(switch(name, min = pmin, max = pmax, name), parts)
    if (is.numeric(v)) bad <<- bad | is.na(v) | (is.infinite(v) & name != "exp" & !Reduce(`|`, lapply(parts, is.infinite)))
    bad <<- bad | is.na(v); v
  }
  v <- rep_len(as.numeric(value(tree)), nrow(frame)); v[bad | !complete.cases(frame[all.vars(tree)])] <- NA
  ifelse(is.finite(v), v, NA)
}
one <- function(d) {
  v <- lapply(d[c("time", "state", "event", "stratum", "months", "y", "forecast", "level", "p")], numbers)
  x <- do.call(cbind, lapply(d$x, numbers)); y <- v$y; n <- length(y); frame <- as.data.frame(lapply(d$frame, function(c) if (is.character(c[[1]])) unlist(c) else numbers(c)))
  out <- list(curve = curves(v$time, v$event, v$months), follow_up = curves(v$time, 1 - v$event, v$months),
              incidence = incidence(v$time, v$state, v$months), design = design(lapply(d$design, unlist)),
              adjusted = list(p.adjust(v$p, "BH"), p.adjust(v$p, "holm")), scores = lapply(d$scores, score, frame))
  if (length(unique(y)) == 2) {
    out$nested <- nested(x[, 1:2], x[, 3:4] , y, v$time, v$stratum)
    out$ridge <- shrunk(x, y, v$time, d$strength)
    out$forecasts <- forecasts(v$forecast, y, v$time)
    t <- table(factor(v$level), y)
    if (nrow(t) > 1) {
      k <- kruskal.test(v$time, factor(v$level)); out$kruskal <- c(k$statistic, k$p.value)
      out$fisher <- fisher.test(t, workspace = 1e7)$p.value
      k <- prop.trend.test(t[, "1"], rowSums(t), as.numeric(rownames(t))); out$trend <- c(k$statistic, k$p.value)
    }
  }
  if (length(d$tables)) out$pooled <- pooled(d$tables, y)
  out
}
cat(toJSON(lapply(fromJSON(commandArgs(TRUE)[1], simplifyVector = FALSE), one), digits = NA, na = "string"), "\n")

# Oracle of test_firth_in_r.py: Firth's estimates, and how far the profile falls at some coefficients, by climbs (nlminb, BFGS)
# of penalised likelihoods written anew, from several starts. Rscript firth.R COHORTS.json: one record per cohort on standard
# output. brglm2: its logistic estimates (type AS_mean), unless it stopped below the maximum.
suppressPackageStartupMessages({library(jsonlite); library(brglm2)})
options(warn = -1)
size <- function(r) { # half the log determinant of r' r, the largest rows first, so that the smallest are not lost
  d <- abs(diag(qr.R(qr(r[order(-apply(abs(r), 1, max)), , drop = FALSE], LAPACK = TRUE))))
  if (all(d > 0)) sum(log(d)) else -Inf
}
of_logistic <- function(x, y) { # the intercept stands last
  m <- cbind(x, 1)
  list(
    value = function(b) {
      s <- as.vector(m %*% b)
      sum(y * plogis(s, log.p = TRUE) + (1 - y) * plogis(-s, log.p = TRUE)) + size(m * exp((plogis(s, log.p = TRUE) + plogis(-s, log.p = TRUE)) / 2))
    },
    slope = function(b) {
      s <- as.vector(m %*% b); p <- plogis(s); r <- m * sqrt(p * plogis(-s))
      h <- rowSums(qr.Q(qr(r))^2)
      as.vector(crossprod(m, y - p + h * (0.5 - p)))
    },
    information = function(b) { s <- as.vector(m %*% b); crossprod(m * sqrt(plogis(s) * plogis(-s))) })
}
of_cox <- function(x, time, event, stratum) { # Breslow's ties
  dead <- which(event == 1); sets <- lapply(dead, function(i) which(time >= time[i] & stratum == stratum[i]))
  apart <- function(b) {
    s <- as.vector(x %*% b); v <- 0
    rows <- lapply(seq_along(dead), function(k) {
      own <- s[sets[[k]]]; top <- max(own); w <- exp(own - top); total <- sum(w); v <<- v + s[dead[k]] - top - log(total)
      a <- x[sets[[k]], , drop = FALSE]; w <- w / total; (a - rep(colSums(w * a), each = length(w))) * sqrt(w) })
    list(value = v, rows = do.call(rbind, rows))
  }
  value <- function(b) { a <- apart(b); a$value + size(a$rows) }
  list(value = value, slope = function(b) sapply(seq_along(b), function(j) { e <- replace(0 * b, j, 1e-4); (value(b + e) - value(b - e)) / 2e-4 }),
       information = function(b) crossprod(apart(b)$rows))
}
climb <- function(f, starts, held = NULL, at = 0) { # the highest of the climbs from these starts
  best <- list(value = -Inf)
  for (start in starts) {
    whole <- function(b) if (is.null(held)) b else append(b, at, held - 1)
    part <- function(v) if (is.null(held)) v else if (is.matrix(v)) v[-held, -held, drop = FALSE] else v[-held]
    start <- part(start)
    if (!length(start)) return(list(value = f$value(at), par = at))
    finite <- function(v) replace(v, !is.finite(v), 0)
    minus <- function(b) { v <- -f$value(whole(b)); if (is.finite(v)) v else 1e10 }
    slope <- function(b) -finite(part(f$slope(whole(b)))); information <- function(b) finite(part(f$information(whole(b))))
    exact <- list(rel.tol = 1e-14, x.tol = 1e-11, iter.max = 500, eval.max = 1000)
    start <- nlminb(start, minus, slope, information, control = exact)$par
    if (length(starts) == 1) for (again in 1:2) { # the last climb by other means, too
      start <- nlminb(start, minus, slope, control = exact)$par
      start <- optim(start, minus, slope, method = "BFGS", control = list(reltol = 1e-16, maxit = 500))$par }
    if (-minus(start) > best$value) best <- list(value = -minus(start), par = whole(start))
  }
  best
}
firth <- function(f, count, terms, at) { # falls of the profile of each term at some coefficients
  set.seed(1)
  around <- function(b, held = NULL) { e <- sqrt(pmin(100, diag(tryCatch(solve(f$information(b)), error = function(e) diag(count)))))
    unlist(lapply(setdiff(seq_len(count), held), function(k) lapply(c(-3, 3), function(side) replace(b, k, b[k] + side * e[k]))), recursive = FALSE) }
  top <- climb(f, list(rep(0, count)))
  for (turn in 1:5) {
    top <- climb(f, c(list(top$par), around(top$par))); higher <- NULL
    falls <- lapply(seq_len(terms), function(j) sapply(at[[j]], function(v) {
      if (is.null(v) || is.na(v)) return(NA)
      end <- climb(f, c(list(top$par), around(top$par, j)), j, v); end <- climb(f, list(end$par), j, v)
      if (end$value > top$value + 1e-7) higher <<- end$par
      top$value - end$value }))
    if (is.null(higher)) break
    top <- list(par = higher, value = f$value(higher))
  }
  list(coefficient = top$par[seq_len(terms)], falls = falls, value = top$value)
}
one <- function(cohort) {
  x <- matrix(unlist(cohort$x), ncol = length(cohort$x)); sd <- apply(x, 2, sd)
  x <- sweep(sweep(x, 2, colMeans(x)), 2, sd, "/"); y <- unlist(cohort$event)
  at <- lapply(seq_along(sd), function(j) unlist(cohort$at[[j]]) * sd[j])
  if (is.null(cohort$time)) {
    out <- firth(of_logistic(x, y), ncol(x) + 1, ncol(x), at)
    out$brglm2 <- tryCatch({ g <- glm(y ~ x, family = binomial(), method = "brglmFit", type = "AS_mean", epsilon = 1e-11, maxit = 5000)
      b <- unname(coef(g)); if (g$converged && of_logistic(x, y)$value(c(b[-1], b[1])) > out$value - 1e-7) b[-1] / sd else NULL }, error = function(e) NULL)
  } else out <- firth(of_cox(x, unlist(cohort$time), y, unlist(cohort$stratum)), ncol(x), ncol(x), at)
  out$coefficient <- out$coefficient / sd
  out
}
cat(toJSON(lapply(fromJSON(commandArgs(TRUE)[1], simplifyVector = FALSE), one), digits = NA, na = "string"))

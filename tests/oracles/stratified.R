# Oracle of tables in strata and of interaction tests: Rscript tests/oracles/stratified.R > tests/oracles/stratified.json
# Breslow-Day (with Tarone's correction) and Woolf are written out as in DescTools 0.99 and vcd 1.4.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
set.seed(24)
z <- function(x) ifelse(is.finite(x), x, "Inf")
woolf <- function(x) {
  if (any(x == 0)) x <- x + 0.5
  or <- apply(x, 3, function(x) (x[1, 1] * x[2, 2]) / (x[1, 2] * x[2, 1])); w <- apply(x, 3, function(x) 1 / sum(1 / x))
  s <- sum(w * (log(or) - weighted.mean(log(or), w))^2); c(s, pchisq(s, dim(x)[3] - 1, lower.tail = FALSE))
}
breslow <- function(x) {
  or <- mantelhaen.test(x)$estimate; k <- dim(x)[3]; X2 <- 0; a <- ta <- va <- numeric(k)
  for (j in 1:k) {
    mj <- apply(x[, , j], 1, sum); nj <- apply(x[, , j], 2, sum)
    co <- c(-mj[1] * nj[1] * or, nj[2] - mj[1] + or * (nj[1] + mj[1]), 1 - or); r <- Re(polyroot(co))
    ta[j] <- r[r > 0 & r <= min(nj[1], mj[1]) + 1e-9][1]; t <- ta[j]
    va[j] <- 1 / (1 / t + 1 / (mj[1] - t) + 1 / (nj[1] - t) + 1 / (nj[2] - mj[1] + t)); a[j] <- x[1, 1, j]; X2 <- X2 + (a[j] - t)^2 / va[j]
  }
  s <- X2 - (sum(a) - sum(ta))^2 / sum(va); c(s, pchisq(s, k - 1, lower.tail = FALSE))
}
made <- lapply(1:14, function(i) {
  k <- sample(2:4, 1); n <- sample(c(40, 80, 160), 1); s <- sample(k, n, TRUE); g <- rbinom(n, 1, 0.2 + 0.1 * s); e <- rbinom(n, 1, plogis(-0.6 + g * c(0, 1, -0.8, 0.4)[s] + 0.3 * s))
  x <- table(factor(g, 1:0), factor(e, 1:0), s); x <- x[, , apply(x, 3, function(t) all(rowSums(t) > 0) && all(colSums(t) > 0)), drop = FALSE]
  m <- mantelhaen.test(x); ex <- mantelhaen.test(x, exact = TRUE)
  time <- round(rexp(n, exp(-2 + 0.5 * g * (s == 2) + 0.2 * s)) + 0.1, 1); d <- rbinom(n, 1, 0.75)
  lr <- anova(glm(e ~ g + factor(s), binomial, epsilon = 1e-14, maxit = 100), glm(e ~ g * factor(s), binomial, epsilon = 1e-14, maxit = 100), test = "Chisq")
  cx <- anova(coxph(Surv(time, d) ~ g + factor(s)), coxph(Surv(time, d) ~ g * factor(s)))
  list(group = g, event = e, stratum = s, time = time, status = d, mh = list(odds = unname(m$estimate), low = m$conf.int[1], high = m$conf.int[2], statistic = unname(m$statistic), p = m$p.value),
       exact = list(odds = z(unname(ex$estimate)), low = ex$conf.int[1], high = z(ex$conf.int[2]), p = ex$p.value), woolf = woolf(x), breslow = unname(breslow(x)),
       logistic = c(lr[2, "Deviance"], lr[2, "Df"], lr[2, "Pr(>Chi)"]), cox = c(cx[2, "Chisq"], cx[2, "Df"], cx[2, grep("Pr", names(cx))]))
})
cat(toJSON(made, digits = NA, auto_unbox = TRUE), "\n")

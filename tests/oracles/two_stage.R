# Exact binomial tests, and what Koyama and Chen's own program (Statistics in Medicine 2008) says of two-stage designs: p at
# the null rate and the limits that it inverts to. The unbiased estimate is the mean of a first-stage patient's response
# given the outcome, over every table of both stages. As `biomarkers.clinical.design` must give them.
# Run: Rscript two_stage.R > two_stage.json (R 4 and jsonlite).
library(jsonlite)

p_second <- function(p, n1, R1, nT, RT, m2, x1, x2) {
  n2 <- nT - n1
  x1c <- R1:n1
  x2c <- RT - x1c - 1
  R2 <- RT - x1
  cond <- pbinom(x2 - 1, m2, p, lower.tail = FALSE)
  pi.star <- qbeta(cond, max(R2, 0), n2 - R2 + 1)
  sum(dbinom(x1c, n1, p) * pbinom(x2c, n2, pi.star, lower.tail = FALSE))
}

p_of <- function(p, d, x1, x2) {
  if (x1 <= d$r1) return(pbinom(x1 - 1, d$n1, p, lower.tail = FALSE))
  # Their p is that of the total where it is taken as the critical value of the whole trial.
  if (x1 + x2 > x1) p_second(p, d$n1, d$r1 + 1, d$n, x1 + x2, d$n - d$n1, x1, x2) else
    sum(dbinom((d$r1 + 1):d$n1, d$n1, p) * pbinom(x1 - (d$r1 + 1):d$n1 - 1, d$n - d$n1, p, lower.tail = FALSE))
}

unbiased <- function(d, x1, x2) {
  if (x1 <= d$r1) return(x1 / d$n1)
  s <- x1 + x2
  x <- (d$r1 + 1):d$n1
  weight <- exp(lchoose(d$n1, x) + lchoose(d$n - d$n1, s - x))
  weight[s - x < 0 | s - x > d$n - d$n1] <- 0
  sum(weight * x / d$n1) / sum(weight)
}

set.seed(13)
designs <- list(list(n1 = 9, r1 = 0, n = 17, r = 2), list(n1 = 10, r1 = 1, n = 29, r = 5), list(n1 = 19, r1 = 4, n = 54, r = 15))
for (i in 1:12) {
  n1 <- sample(3:25, 1); n <- n1 + sample(2:40, 1); r1 <- sample(0:(n1 %/% 3), 1)
  designs[[length(designs) + 1]] <- list(n1 = n1, r1 = r1, n = n, r = sample(r1:(n - 1), 1))
}
cases <- list()
for (d in designs) for (k in 1:4) {
  x1 <- if (k == 1) sample(0:d$r1, 1) else sample((d$r1 + 1):d$n1, 1)
  x2 <- if (k == 1) 0 else sample(1:(d$n - d$n1), 1)
  s <- x1 + x2
  null <- sample(c(0.05, 0.1, 0.2, 0.3), 1)
  root <- function(x, a) uniroot(function(p) p_of(p, d, x[1], x[2]) - a, c(1e-9, 1 - 1e-9), tol = 1e-13)$root
  low <- if (s == 0) 0 else root(c(x1, x2), 0.025)
  # The next higher outcome: one responder more in the same stage, or the lowest of those that went on.
  high <- if (x1 <= d$r1) uniroot(function(p) pbinom(x1, d$n1, p, lower.tail = FALSE) - 0.975, c(1e-9, 1 - 1e-9), tol = 1e-13)$root else
    if (s == d$n) 1 else if (x2 < d$n - d$n1) root(c(x1, x2 + 1), 0.975) else root(c(x1 + 1, x2), 0.975)
  cases[[length(cases) + 1]] <- c(d, list(stopped = x1 <= d$r1, responders = s, null = null, p = p_of(null, d, x1, x2),
                                          estimate = unbiased(d, x1, x2), low = low, high = high))
}
binomial <- list()
for (i in 1:40) {
  n <- sample(1:80, 1); x <- sample(0:n, 1); null <- sample(c(0.05, 0.1, 0.2, 0.3, 0.5), 1)
  binomial[[i]] <- list(n = n, responders = x, null = null, greater = binom.test(x, n, null, alternative = "greater")$p.value,
                        two_sided = binom.test(x, n, null)$p.value)
}
cat(toJSON(list(two_stage = cases, binomial = binomial), auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")

# Oracle of biomarkers.association.models (logistic): Rscript tests/oracles/logistic.R > tests/oracles/logistic.json
# Firth's estimate by brglm2 (AS_mean), its interval and p by profiling loglik + log det(information) / 2 here.
suppressPackageStartupMessages({library(brglm2); library(jsonlite)})
set.seed(3)
n <- 80
x <- round(rnorm(n, 5, 2), 2); g <- rbinom(n, 1, 0.4)
y <- rbinom(n, 1, plogis(-2.5 + 0.35 * x + 0.5 * g))
fit <- glm(y ~ x + g, family = binomial, control = glm.control(epsilon = 1e-14))
s <- summary(fit)$coefficients[-1, ]
plain <- list(x = x, g = g, y = y, ratio = unname(exp(s[, 1])), low = unname(exp(s[, 1] - qnorm(0.975) * s[, 2])), high = unname(exp(s[, 1] + qnorm(0.975) * s[, 2])), p = unname(s[, 4]))
fx <- c(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12); fy <- c(0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1)
design <- cbind(1, fx)
penalised <- function(b) {
  p <- plogis(drop(design %*% b))
  sum(dbinom(fy, 1, p, log = TRUE)) + as.numeric(determinant(t(design) %*% (design * (p * (1 - p))))$modulus) / 2
}
firth <- glm(fy ~ fx, family = binomial, method = "brglmFit", type = "AS_mean", control = list(epsilon = 1e-12, maxit = 10000))
best <- penalised(coef(firth))
profile <- function(b) optimize(function(a) penalised(c(a, b)), c(-60, 30), maximum = TRUE, tol = 1e-11)$objective
drop2 <- function(b) profile(b) - best + qchisq(0.95, 1) / 2
b <- unname(coef(firth)[2])
separated <- list(
  x = fx, y = fy, ratio = exp(b), low = exp(uniroot(drop2, c(0, b), tol = 1e-10)$root), high = exp(uniroot(drop2, c(b, 6), tol = 1e-10)$root),
  p = pchisq(2 * (best - profile(0)), 1, lower.tail = FALSE)
)
cat(toJSON(list(plain = plain, separated = separated), digits = NA, auto_unbox = TRUE), "\n")

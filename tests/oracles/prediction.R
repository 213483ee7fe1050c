# Ridge Cox models and Harrell's concordance of R's survival, of random patients with tied times.
# `ridge(theta, scale = FALSE)` penalises theta / 2 x |b|^2, as `biomarkers.stats.ridge.cox` with C = 1 / theta.
# Run: Rscript prediction.R > prediction.json (R 4, survival and jsonlite).
library(jsonlite)
library(survival)

set.seed(14)
cases <- lapply(1:12, function(i) {
  n <- sample(20:60, 1)
  x <- scale(matrix(rnorm(3 * n), n)) * sqrt(n / (n - 1))
  time <- round(rexp(n) * exp(-x[, 1] / 2) * 10, if (i %% 2) 3 else 0) + 1
  event <- rbinom(n, 1, 0.6)
  theta <- c(1, 10, 100)[i %% 3 + 1]
  fit <- coxph(Surv(time, event) ~ ridge(x[, 1], x[, 2], x[, 3], theta = theta, scale = FALSE),
               control = coxph.control(eps = 1e-14, iter.max = 100, toler.chol = 1e-15, outer.max = 50))
  risk <- if (i %% 4) x[, 1] else round(x[, 1])
  c <- concordance(Surv(time, event) ~ risk, reverse = TRUE)
  list(x = x, time = time, event = event, theta = theta, coefficients = unname(coef(fit)), risk = risk,
       concordance = unname(c$concordance), variance = c(c$var))
})
cat(toJSON(list(cases = cases), digits = 15, auto_unbox = TRUE))

# Oracle of test_association_in_r.py: the tables of `biomarkers associate` of a folder, worked out again from its cohort.
# Rscript association.R FOLDER...: FOLDER/checked.json, one record per number: table, row (from 0), what, got, want.
# Base R and survival alone: glm, coxph, survdiff, survfit, cox.zph, concordance, fisher.test, mantelhaen.test, binom.test.
suppressPackageStartupMessages({library(survival); library(jsonlite)})
options(warn = -1)
control <- coxph.control(eps = 1e-13, iter.max = 200, toler.chol = 1e-13)
z <- qnorm(0.975)
text <- function(path) {
  d <- read.delim(path, colClasses = "character", na.strings = NULL, quote = "", check.names = FALSE)
  for (name in intersect(names(d), c("n", "n_events", "n_missing", "estimate", "ci_low", "ci_high", "statistic", "p_value",
                                     "q_value", "gate_p", "gate", "cut_at", "landmark_months", "x", "treat_all", "forecast", "event", "time")))
    d[[name]] <- suppressWarnings(as.numeric(d[[name]]))
  d
}
none <- list(estimate = NA, ci_low = NA, ci_high = NA, p_value = NA)
limits <- function(b, se, by = identity) list(estimate = by(b), ci_low = by(b - z * se), ci_high = by(b + z * se))

# --- tests of one contrast
rank_test <- function(first, second) { # exact p of the rank sum given ties, by distance from its expectation
  if (length(first) > length(second)) return(rank_test(second, first)) # the sums are as far from their expectations
  v <- round(2 * rank(c(first, second))); m <- length(first); ways <- matrix(0, sum(v) + 1, m + 1); ways[1, 1] <- 1
  for (w in v) { s <- (w + 1):nrow(ways); ways[s, -1] <- ways[s, -1] + ways[s - w, -(m + 1)] }
  p <- ways[, m + 1] / sum(ways[, m + 1]); middle <- m * (length(v) + 1)
  sum(p[abs(0:sum(v) - middle) >= abs(sum(v[1:m]) - middle) - 1e-9])
}
auc <- function(a, b) { # DeLong
  k <- outer(a, b, function(x, y) (x > y) + (x == y) / 2); e <- mean(k)
  se <- sqrt(var(rowMeans(k)) / length(a) + var(colMeans(k)) / length(b))
  if (is.na(se) || se == 0) list(estimate = e) else list(estimate = e, ci_low = max(0, e - z * se), ci_high = min(1, e + z * se))
}
products <- function(w, d) { p <- c(1, rep(0, d)); for (v in w) p[-1] <- p[-1] + v * p[-(d + 1)]; p } # over sets of 0 to d
given_risk_sets <- function(t, e, g, s, w) { # the law of the events of the second group, who falls at each time by w
  law <- 1; expected <- 0
  for (k in unique(s)) for (at in sort(unique(t[s == k & e == 1]))) {
    r <- s == k & t >= at; dead <- sum(r & e == 1 & t == at)
    step <- products(w[r & g == 1], dead) * rev(products(w[r & g == 0], dead)); step <- step / sum(step)
    law <- convolve(law, rev(step), type = "open"); expected <- expected + sum(0:dead * step)
  }
  at <- sum(e[g == 1]) + 1
  list(p = min(1, 2 * min(sum(law[1:at]), sum(law[at:length(law)]))), expected = min(expected, sum(e) - expected))
}
beside <- function(found, t, e, g, s, x) { # p of a gene beside x, where it is given the risk sets
  if (is.null(found$p_value) || is.na(found$p_value)) return(found)
  b <- coef(coxph(if (length(unique(s)) > 1) Surv(t, e) ~ x + strata(s) else Surv(t, e) ~ x, control = control))
  law <- given_risk_sets(t, e, g, s, exp((x - mean(x)) * if (is.na(b)) 0 else b))
  if (law$expected < 5 || found$p_value < 0.05) found$p_value <- law$p
  found
}
logrank <- function(t, e, g, s, many = FALSE) {
  if (length(unique(g)) < 2 || sum(e) == 0) return(none)
  d <- tryCatch(if (length(unique(s)) > 1) survdiff(Surv(t, e) ~ g + strata(s)) else survdiff(Surv(t, e) ~ g), error = function(e) list(var = matrix(0, 2, 2)))
  v <- d$var[2, 2]; if (v <= 1e-14) return(none)
  o <- if (is.matrix(d$obs)) rowSums(d$obs) else d$obs; x <- if (is.matrix(d$exp)) rowSums(d$exp) else d$exp
  p <- pchisq(d$chisq, 1, lower.tail = FALSE)
  if (min(x) < 5 || (many && p < 0.05)) p <- given_risk_sets(t, e, g, s, rep(1, length(t)))$p
  c(limits((o[2] - x[2]) / v, 1 / sqrt(v), exp), list(statistic = d$chisq, p_value = p))
}
# --- models: x a list of columns (numbers or factors), the term of which is asked for
penalised_logistic <- function(m, y) function(b) {
  s <- as.vector(m %*% b); w <- plogis(s) * plogis(-s)
  sum(y * plogis(s, log.p = TRUE) + (1 - y) * plogis(-s, log.p = TRUE)) + as.numeric(determinant(crossprod(m * sqrt(w)))$modulus) / 2
}
highest <- function(f, start) optim(start, function(b) -f(b), control = list(reltol = 1e-15, maxit = 4000))$par
model <- function(r, x, term, level, y, t = NULL, s = NULL, check = TRUE) {
  if (grepl("^firth", r$method)) return(list()) # test_firth_by_another_optimiser.py
  x <- lapply(x, function(v) if (is.character(v)) factor(v) else v)
  if (is.factor(x[[term]])) {
    if (!(r$second %in% levels(x[[term]]))) return(none)
    x[[term]] <- relevel(x[[term]], ref = r$second)
  }
  for (o in names(x)) if (is.factor(x[[o]]) && nlevels(droplevels(x[[o]])) < 2 && o != term) x[[o]] <- NULL
  if (length(unique(x[[term]])) < 2) return(none)
  scale <- if (is.numeric(x[[term]])) sd(x[[term]]) else 1
  for (o in names(x)) if (is.numeric(x[[o]]) && length(unique(x[[o]])) > 1) x[[o]] <- (x[[o]] - mean(x[[o]])) / sd(x[[o]])
  names(x) <- make.names(names(x)); column <- paste0(make.names(term), level)
  m <- model.matrix(~ ., as.data.frame(x)); scaled <- if (grepl("_rescaled$", r$estimate_type) && r$per == "sd") 1 else scale
  if (is.null(t)) {
    if (length(unique(y)) < 2) return(none)
    q <- qr(m, tol = 1e-9); m <- m[, sort(q$pivot[seq_len(q$rank)]), drop = FALSE]; if (!(column %in% colnames(m))) return(none)
    j <- match(column, colnames(m))
    fit <- summary(glm(y ~ 0 + m, family = binomial(), control = list(epsilon = 1e-14, maxit = 200)))$coefficients[paste0("m", column), ]
    return(c(limits(fit[1] / scaled, fit[2] / scaled, exp), list(statistic = fit[3], p_value = fit[4])))
  }
  if (sum(y) == 0) return(none)
  m <- m[, -1, drop = FALSE]
  # terms that differ among those at risk at some event of their stratum
  first <- tapply(ifelse(y == 1, t, Inf), s, min); risk <- t >= first[as.character(s)]
  c <- apply(m[risk, , drop = FALSE], 2, function(v) v - ave(v, s[risk])); q <- qr(matrix(c, ncol = ncol(m)), tol = 1e-9)
  keep <- seq_len(ncol(m)) %in% q$pivot[seq_len(q$rank)]; j <- match(column, colnames(m)); if (!keep[j]) return(none)
  fit <- if (length(unique(s)) > 1) coxph(Surv(t, y) ~ m + strata(s), control = control) else coxph(Surv(t, y) ~ m, control = control)
  j <- match(column, colnames(m)); b <- coef(fit)
  if (is.na(b[j])) return(none)
  out <- c(limits(b[[j]] / scaled, sqrt(diag(vcov(fit)))[j] / scaled, exp), list(p_value = summary(fit)$coefficients[j, 5]))
  if (!check) return(out)
  d <- as.data.frame(x); d$.t <- t; d$.y <- y; d$.s <- s
  known <- tryCatch({
    f <- reformulate(c(setdiff(names(d), c(".t", ".y", ".s")), if (length(unique(s)) > 1) "strata(.s)"), quote(Surv(.t, .y)))
    fit <- coxph(f, d, control = control); if (anyNA(coef(fit))) NULL else cox.zph(fit)$table[, "p"] }, error = function(e) NULL)
  if (!is.null(known) && length(known)) {
    own <- known[[make.names(term)]]
    if (abs(own - 0.05) > 1e-6) out$doubted <- as.numeric(own < 0.05)
    if ("GLOBAL" %in% names(known) && length(known) > 2 && abs(known[["GLOBAL"]] - 0.05) > 1e-6) out$doubted_all <- as.numeric(known[["GLOBAL"]] < 0.05)
  }
  out
}
curve_at <- function(t, e, month) {
  s <- summary(survfit(Surv(t, e) ~ 1, conf.type = "log-log"), times = month, extend = TRUE)
  list(n = sum(t >= month), share = s$surv, se = s$std.err, low = s$lower, high = s$upper)
}
of_large <- function(g, z) if (min(table(g)) < 50) list() else list(p_value = 2 * pnorm(-abs(z))) # else by exchange of patients
milestone <- function(t, e, g, month, loglog) {
  a <- curve_at(t[g == 1], e[g == 1], month); b <- curve_at(t[g == 0], e[g == 0], month)
  if (a$n == 0 || b$n == 0) return(none)
  d <- a$share - b$share; se <- sqrt(a$se^2 + b$se^2)
  if (min(a$share, b$share) <= 0 || max(a$share, b$share) >= 1) return(list(estimate = d, ci_low = NA, p_value = NA))
  p <- c(list(statistic = d / se), of_large(g, d / se))
  if (!loglog) return(c(limits(d, se), p))
  c(list(estimate = d, ci_low = d - sqrt((a$share - a$low)^2 + (b$high - b$share)^2), ci_high = d + sqrt((a$high - a$share)^2 + (b$share - b$low)^2)), p)
}
restricted <- function(t, e, tau) { # survRM2 1.0-4, rmst1
  f <- survfit(Surv(t, e) ~ 1); i <- f$time <= tau; w <- sort(c(f$time[i], tau)); area <- diff(c(0, w)) * c(1, f$surv[i])
  v <- ifelse(f$n.risk[i] - f$n.event[i] == 0, 0, f$n.event[i] / (f$n.risk[i] * (f$n.risk[i] - f$n.event[i])))
  last <- if (min(f$surv) == 0) Inf else max(t)
  list(mean = sum(area), var = sum(cumsum(rev(area[-1]))^2 * rev(c(v, 0))[-1]), last = last)
}
means <- function(t, e, g, tau, ratio) {
  a <- restricted(t[g == 1], e[g == 1], tau); b <- restricted(t[g == 0], e[g == 0], tau)
  if (tau > min(a$last, b$last) + 1e-9) return(none)
  d <- a$mean - b$mean; se <- sqrt(a$var + b$var)
  if (min(a$var, b$var) <= 1e-15) return(list(estimate = if (ratio) a$mean / b$mean else d, ci_low = NA, p_value = NA))
  p <- c(list(statistic = d / se), of_large(g, d / se))
  if (ratio) c(limits(log(a$mean / b$mean), sqrt(a$var / a$mean^2 + b$var / b$mean^2), exp), p) else c(limits(d, se), p)
}
in_strata <- function(r, g, y, s) {
  a <- table(factor(g, 1:0), factor(y, 1:0), s); a <- a[, , apply(a, 3, function(k) all(rowSums(k) > 0) && all(colSums(k) > 0)), drop = FALSE]
  if (dim(a)[3] == 0) return(none)
  if (dim(a)[3] == 1) a <- array(c(a, 1, 0, 0, 0), c(2, 2, 2)) # a stratum that tells nothing, since R wants two
  k <- dim(a)[3]; one <- sum(a[, , k]) == 1
  if (r$method == "mantel_haenszel") {
    if (one) a <- array(c(a[, , 1], 1, 0, 1, 0), c(2, 2, 2))
    m <- mantelhaen.test(a); e <- unname(m$estimate); odd <- e == 0 || is.infinite(e)
    return(list(estimate = e, ci_low = if (odd) NA else m$conf.int[1], ci_high = if (odd) NA else m$conf.int[2], statistic = unname(m$statistic), p_value = m$p.value))
  }
  if (r$method == "mantel_haenszel_exact") {
    if (one) { m <- fisher.test(a[, , 1]) } else m <- mantelhaen.test(a, exact = TRUE)
    return(list(estimate = unname(m$estimate), ci_low = m$conf.int[1], ci_high = m$conf.int[2], p_value = m$p.value, loose = TRUE))
  }
  if (one) return(none)
  if (r$method == "woolf") {
    if (any(a == 0)) a <- a + 0.5
    or <- log(a[1, 1, ] * a[2, 2, ] / (a[1, 2, ] * a[2, 1, ])); w <- 1 / apply(1 / a, 3, sum); x <- sum(w * (or - weighted.mean(or, w))^2)
    return(list(statistic = x, p_value = pchisq(x, k - 1, lower.tail = FALSE)))
  }
  or <- unname(mantelhaen.test(a)$estimate); if (!is.finite(or) || or == 0) return(none)
  x <- 0; d <- 0; v <- 0
  for (i in 1:k) {
    m <- a[, , i]; r1 <- sum(m[1, ]); c1 <- sum(m[, 1]); n <- sum(m)
    f <- function(q) log(q) + log(n - r1 - c1 + q) - log(r1 - q) - log(c1 - q) - log(or)
    lo <- max(0, r1 + c1 - n); hi <- min(r1, c1); q <- uniroot(f, c(lo + (hi - lo) * 1e-12, hi - (hi - lo) * 1e-12), tol = 1e-14)$root
    w <- 1 / (1 / q + 1 / (r1 - q) + 1 / (c1 - q) + 1 / (n - r1 - c1 + q)); x <- x + (m[1, 1] - q)^2 / w; d <- d + m[1, 1] - q; v <- v + w
  }
  x <- x - d^2 / v
  list(statistic = x, p_value = pchisq(x, k - 1, lower.tail = FALSE))
}
interaction_test <- function(x, by, y, t, s) {
  if (length(unique(x)) < 2 || length(unique(by)) < 2 || length(unique(y)) < 2) return(none)
  if (length(unique(x)) > 2) x <- (x - mean(x)) / sd(x)
  by <- factor(by)
  if (is.null(t)) {
    a <- glm(y ~ x + by, family = binomial(), control = list(epsilon = 1e-14, maxit = 1000)); b <- glm(y ~ x * by, family = binomial(), control = list(epsilon = 1e-14, maxit = 1000))
    rank <- function(f) qr(model.matrix(f), tol = 1e-9)$rank
    d <- rank(b) - rank(a); stat <- a$deviance - b$deviance
  } else {
    far <- coxph.control(eps = 1e-14, iter.max = 1000, toler.chol = 1e-13)
    more <- if (length(unique(s)) > 1) "+ strata(s)" else ""
    a <- coxph(as.formula(paste("Surv(t, y) ~ x + by", more)), control = far); b <- coxph(as.formula(paste("Surv(t, y) ~ x * by", more)), control = far)
    d <- sum(!is.na(coef(b))) - sum(!is.na(coef(a))); stat <- 2 * (b$loglik[2] - a$loglik[2])
  }
  if (d < 1) return(none)
  list(statistic = max(0, stat), p_value = pchisq(max(0, stat), d, lower.tail = FALSE))
}

check <- function(folder) {
  file <- function(name) file.path(folder, name)
  cohort <- read.delim(file("cohort.tsv"), na.strings = "", stringsAsFactors = FALSE, quote = "")
  plan <- fromJSON(file("plan.json"), simplifyVector = FALSE)
  out <- list(); note <- function(table, row, what, got, want) out[[length(out) + 1]] <<- list(table = table, row = row, what = what, got = got, want = want)
  muts <- if (file.exists(file("mutations.tsv"))) read.delim(file("mutations.tsv")) else NULL
  strata <- unlist(plan$strata); cohort$.stratum <- if (length(strata)) cohort[[strata]] else "all"
  skipped <- c()
  values <- function(d, name) {
    if (name %in% names(d)) return(d[[name]])
    genes <- if (is.null(plan$genes$sets[[name]])) name else unlist(plan$genes$sets[[name]])
    if (name %in% muts$gene || !is.null(plan$genes$sets[[name]])) ifelse(d$sequenced == 1, as.numeric(d$patient %in% muts$patient[toupper(muts$gene) %in% toupper(genes)]), NA)
  }
  on_scale <- function(name, x) if (identical(plan$markers[[name]]$transform, "log2p1") || (name == "tmb_per_mb" && is.null(plan$markers[[name]]))) log2(x + 1) else x
  # one row of a table, of patients d; x: the marker, groups: the two groups where there are such; without `whole`
  # its estimate, but no exact p of ranks and no check of a model, which are most of the work
  one <- function(r, d, name = r$marker, whole = TRUE) {
    ep <- plan$endpoints[[r$endpoint]]; binary <- ep$kind == "binary"
    y <- d[[if (binary) ep$column else ep$event]]; t <- if (!binary) d[[ep$time]]; s <- d$.stratum
    x <- values(d, name); if (is.null(x)) return(NULL)
    if (r$method == "likelihood_ratio" && !is.null(plan$primary$cut)) { r$cut_at <- plan$primary$cut$at; r$cut_side <- plan$primary$cut$side }
    cut <- if (!is.na(r$cut_at)) list(at = r$cut_at, side = r$cut_side) else NULL
    g <- if (!is.null(cut)) as.numeric(if (cut$side == ">") x > cut$at else x >= cut$at) else if (all(x %in% c(0, 1, NA))) x
    use <- !is.na(x) & !is.na(y); if (!binary) use <- use & !is.na(t)
    if (!binary && !(r$method %in% c("milestone", "rmst"))) use <- use & !is.na(s)
    part <- strsplit(r$test, "/")[[1]]
    if (r$method %in% c("mantel_haenszel", "mantel_haenszel_exact", "breslow_day", "woolf")) {
      by <- d[[sub(";.*", "", sub(".*strata: ", "", r$note))]]; use <- use & !is.na(by)
      return(c(list(n = sum(use), n_events = sum(y[use])), in_strata(r, g[use], y[use], by[use])))
    }
    if (r$method == "likelihood_ratio") {
      by <- d[[sub("^interaction with ", "", r$contrast)]]; use <- use & !is.na(by)
      v <- if (is.null(g)) on_scale(name, x) else g
      return(c(list(n = sum(use), n_events = sum(y[use])), interaction_test(v[use], by[use], y[use], t[use], s[use])))
    }
    others <- if (grepl("adjusted", r$test)) unlist(if (grepl("gene", r$marker_class)) plan$genes$adjust_for else setdiff(unlist(plan$covariates), name))
    if (r$analysis %in% c("complete_case", "multiple_imputation")) others <- setdiff(unlist(plan$covariates), name)
    for (o in others) use <- use & !is.na(d[[o]])
    about <- list(n = sum(use), n_events = sum(y[use])); y <- y[use]; t <- t[use]; s <- s[use]; x <- x[use]; g <- g[use]
    many <- grepl("gene", r$marker_class)
    found <- if (r$method == "mann_whitney") {
      a <- x[y == 1]; b <- x[y == 0]
      if (!length(a) || !length(b)) none
      else if (!whole && r$estimate_type == "auc") auc(a, b)
      else if (!whole) list(estimate = median(outer(a, b, "-")))
      else if (r$estimate_type == "auc") c(auc(a, b), list(p_value = rank_test(a, b)))
      else list(estimate = median(outer(a, b, "-")), p_value = rank_test(a, b), statistic = sum(outer(a, b, ">") + outer(a, b, "==") / 2))
    } else if (r$method == "fisher") {
      if (length(unique(g)) < 2 || length(unique(y)) < 2) none
      else { f <- fisher.test(table(factor(g, 0:1), factor(y, 0:1))); list(estimate = unname(f$estimate), ci_low = f$conf.int[1], ci_high = f$conf.int[2], p_value = f$p.value, loose = TRUE) }
    } else if (r$method == "logrank") logrank(t, y, g, s, many)
    else if (r$method %in% c("logistic", "cox", "firth_logistic", "firth_cox")) {
      cols <- list(); cols[[name]] <- if (!is.null(g)) g else on_scale(name, x)
      for (o in others) cols[[o]] <- on_scale(o, d[[o]][use])
      term <- if (r$term %in% names(cols)) r$term else name
      level <- if (is.character(cols[[term]])) r$first else ""
      fit <- model(r, cols, term, level, y, t, if (!binary) s, check = whole)
      if (many && !binary && length(others)) beside(fit, t, y, g, s, cols[[others]]) else fit
    } else if (r$method == "milestone") {
      if (length(unique(g)) < 2) none else milestone(t, y, g, r$month, r$estimate_type == "survival_difference_loglog")
    } else if (r$method == "rmst") {
      if (length(unique(g)) < 2) none else means(t, y, g, r$month, r$estimate_type == "rmst_ratio")
    }
    if (is.null(found)) NULL else c(about, found)
  }
  judge <- function(table, i, r, want) {
    if (is.null(want)) { skipped <<- c(skipped, paste(table, r$method, r$marker_class)); return() }
    loose <- isTRUE(want$loose); want$loose <- NULL; if (table == "sensitivity") want$statistic <- NULL
    for (what in names(want)) {
      got <- if (what == "doubted") as.numeric(grepl("doubtful: Schoenfeld p", r$note)) else if (what == "doubted_all") as.numeric(grepl("GLOBAL", r$note)) else r[[what]]
      label <- if (loose && what %in% c("estimate", "ci_low", "ci_high")) paste("root", what) else what
      note(table, i, label, got, unname(want[[what]]))
    }
  }
  prepared <- function(r) {
    for (name in c("test", "subgroup", "marker_class", "cut_side", "contrast", "note", "analysis", "first", "second")) if (is.null(r[[name]])) r[[name]] <- ""
    for (name in c("cut_at", "landmark_months")) if (is.null(r[[name]])) r[[name]] <- NA
    r$term <- r$marker; r$per <- if (grepl("per SD", r$contrast)) "sd" else ""
    r$month <- if (r$method %in% c("milestone", "rmst")) as.numeric(sub(".*_", "", r$test)) else NA
    r
  }
  results <- text(file("results.tsv"))
  for (i in seq_len(nrow(results))) {
    r <- prepared(as.list(results[i, ])); d <- cohort
    if (r$family == "exploratory gene pairs") {
      a <- values(d, r$endpoint); b <- values(d, r$marker); f <- fisher.test(table(factor(b, 0:1), factor(a, 0:1)))
      judge("results", i - 1, r, list(n = sum(!is.na(a)), estimate = unname(f$estimate), ci_low = f$conf.int[1], ci_high = f$conf.int[2], p_value = f$p.value, loose = TRUE)); next
    }
    name <- strsplit(r$test, "/")[[1]][2]
    if (r$subgroup != "") { cut <- strsplit(r$subgroup, ": ")[[1]]; d <- d[!is.na(d[[cut[1]]]) & d[[cut[1]]] == cut[2], ] }
    if (!is.na(r$landmark_months)) {
      at <- r$landmark_months; ep <- plan$endpoints[[r$endpoint]]; d <- d[!is.na(d[[ep$time]]) & !is.na(d[[ep$event]]) & d[[ep$time]] >= at, ]
      d[[ep$time]] <- d[[ep$time]] - at
      d[[name]] <- ifelse(is.na(d$responder), NA, ifelse(d$responder == 1, ifelse(is.na(d$ttr_months), NA, as.numeric(d$ttr_months <= at)), 0))
      r$month <- r$month - at; if (r$marker == name) r$second <- r$second
    }
    want <- tryCatch(one(r, d, name), error = function(e) { skipped <<- c(skipped, paste("ERROR", r$test, conditionMessage(e))); NULL })
    judge("results", i - 1, r, want)
  }
  # q within families, and the fixed sequence
  for (family in unique(results$family)) {
    own <- which(results$family == family & !is.na(results$q_value)); first <- own[!duplicated(results$test[own])]
    q <- p.adjust(results$p_value[first], if (grepl("^primary", family)) "holm" else "BH"); names(q) <- results$test[first]
    for (i in own) note("results", i - 1, "q_value", results$q_value[i], q[[results$test[i]]])
    lost <- which(results$family == family & !is.na(results$p_value) & is.na(results$q_value) & !grepl("one hypothesis", results$note))
    for (i in lost) note("results", i - 1, "q_value", NA, 1)
  }
  if (!is.null(results$gate)) { gated <- which(!is.na(results$gate)); gated <- gated[order(results$gate[gated])]
    p <- results$p_value[gated]; p[is.na(p)] <- 1
    for (k in seq_along(gated)) note("results", gated[k] - 1, "gate_p", results$gate_p[gated[k]], cummax(p)[k]) }
  # the primary result under other choices
  table <- text(file("sensitivity.tsv")); primary <- results[results$role == "primary", ][1, ]
  ep <- plan$endpoints[[plan$primary$endpoint]]
  for (i in seq_len(nrow(table))) {
    r <- prepared(c(as.list(table[i, ]), list(cut_at = primary$cut_at, cut_side = primary$cut_side, test = primary$test)))
    d <- cohort; a <- r$analysis; name <- plan$primary$marker
    out_of <- function(rule) { d[[if (ep$kind == "binary") ep$column else ep$event]][which(rule)] <<- NA }
    if (grepl("not done", r$note)) { skipped <- c(skipped, paste("sensitivity", a)); next }
    if (a %in% c("unconfirmed", "confirmed")) { b <- d[[if (a == "confirmed") "confirmed_best_response" else "best_response"]]; d$responder <- ifelse(is.na(b) | is.na(d$responder), NA, as.numeric(b %in% c("CR", "PR"))) }
    if (a == "censoring_fda") { d$pfs_months <- d$pfs_months_fda; d$pfs_event <- d$pfs_event_fda }
    if (a == "without_tumor_only") out_of(d$tumor_only == 1)
    if (a == "without_assumed_denominators") out_of(d$denominator_source == "assumed")
    if (a == "without_low_tumor_content") out_of(d$tumor_content < 0.3)
    if (a == "without_warned_samples") out_of(d$tmb_status == "warn")
    if (grepl("^definition_", a)) d$tmb_per_mb <- d[[r$marker]]
    if (grepl("^leave_one_out", a)) {
      alone <- sub(";.*", "", sub(".*without ", "", r$note)); column <- if (ep$kind == "binary") ep$column else ep$event
      estimates <- sapply(which(!is.na(d[[column]])), function(p) { e <- d; e[[column]][p] <- NA
        w <- one(r, e, name, whole = FALSE); c(w$n, if (is.null(w$estimate)) NA else w$estimate) })
      inside <- estimates[1, ] < one(r, d, name, whole = FALSE)$n; far <- if (grepl("lowest", a)) min else max
      if (!grepl("^firth", r$method) && !anyNA(estimates[2, inside])) note("sensitivity", i - 1, "root estimate", r$estimate, far(estimates[2, inside], na.rm = TRUE))
      d[[column]][d$patient == alone] <- NA
    }
    if (a == "multiple_imputation") next
    judge("sensitivity", i - 1, r, tryCatch(one(r, d, name), error = function(e) { skipped <<- c(skipped, paste("ERROR", a, conditionMessage(e))); NULL }))
  }
  # rates and medians of groups
  groups <- text(file("groups.tsv"))
  for (i in seq_len(nrow(groups))) {
    r <- as.list(groups[i, ]); ep <- plan$endpoints[[r$endpoint]]; d <- cohort; x <- values(d, r$marker)
    if (is.null(ep) || r$estimate_type == "median") { skipped <- c(skipped, paste("groups", r$estimate_type)); next }
    if (grepl(" by [0-9.]+ months$", r$marker)) {
      at <- as.numeric(sub(" months", "", sub(".* by ", "", r$marker))); d <- d[!is.na(d[[ep$time]]) & d[[ep$time]] >= at, ]; d[[ep$time]] <- d[[ep$time]] - at
      x <- ifelse(is.na(d$responder), NA, ifelse(d$responder == 1, ifelse(is.na(d$ttr_months), NA, as.numeric(d$ttr_months <= at)), 0))
      member <- x == (r$group == "responder")
    } else if (is.null(x)) { skipped <- c(skipped, "groups pairs"); next
    } else if (r$group %in% c("mutated", "wild type")) member <- x == (r$group == "mutated")
    else if (grepl("^(>=|>|<=|<) ", r$group)) { at <- as.numeric(sub("^\\S+ ", "", r$group)); member <- get(sub(" .*", "", r$group))(x, at) }
    else if (r$marker %in% names(plan$markers)) member <- as.character(x) == r$group
    else { skipped <- c(skipped, "groups other"); next }
    member[is.na(member)] <- FALSE
    if (ep$kind == "binary") {
      y <- d[[ep$column]][member]; y <- y[!is.na(y)]
      want <- if (length(y)) { b <- binom.test(sum(y), length(y)); list(n = length(y), n_events = sum(y), estimate = mean(y), ci_low = b$conf.int[1], ci_high = b$conf.int[2]) } else list(n = 0, estimate = NA)
    } else {
      t <- d[[ep$time]][member]; e <- d[[ep$event]][member]; ok <- !is.na(t) & !is.na(e)
      want <- if (any(ok)) { m <- summary(survfit(Surv(t[ok], e[ok]) ~ 1, conf.type = "log-log"))$table
        list(n = sum(ok), n_events = sum(e[ok]), estimate = m[["median"]], ci_low = m[["0.95LCL"]], ci_high = m[["0.95UCL"]]) } else list(n = 0, estimate = NA)
    }
    judge("groups", i - 1, c(r, list(method = r$estimate_type, marker_class = "")), want)
  }
  if (file.exists(file("predictions.tsv"))) prediction(file, plan, cohort, results, text, note)
  write(toJSON(list(checked = out, skipped = as.list(table(skipped))), digits = NA, na = "string", auto_unbox = TRUE), file("checked.json"))
}

# Ridge models: those of the table and of each fold again, by optim; ability, calibration and curves of the forecasts.
prediction <- function(file, plan, cohort, results, text, note) {
  p <- text(file("predictions.tsv")); if (nrow(p) == 0) return()
  ep <- plan$endpoints[[plan$prediction$endpoint]]; binary <- ep$kind == "binary"; features <- unlist(plan$prediction$features)
  d <- cohort[match(unique(p$patient), cohort$patient), ]
  x <- model.matrix(~ ., as.data.frame(lapply(d[features], function(v) if (is.character(v)) factor(v) else v)))[, -1, drop = FALSE]
  for (f in features) if (identical(plan$markers[[f]]$transform, "log2p1")) x[, f] <- log2(x[, f] + 1)
  y <- d[[if (binary) ep$column else ep$event]]; t <- if (!binary) d[[ep$time]]
  spread <- function(m) { s <- apply(m, 2, function(v) sqrt(mean((v - mean(v))^2))); ifelse(s > 0, s, 1) }
  fit <- function(use, strength) { # minimise |b|^2 / 2 - C log L
    m <- sweep(sweep(x[use, , drop = FALSE], 2, colMeans(x[use, , drop = FALSE])), 2, spread(x[use, , drop = FALSE]), "/")
    if (binary) {
      f <- function(b) { s <- b[1] + m %*% b[-1]; sum(b[-1]^2) / 2 - strength * sum(y[use] * plogis(s, log.p = TRUE) + (1 - y[use]) * plogis(-s, log.p = TRUE)) }
      g <- function(b) { e <- strength * as.vector(plogis(b[1] + m %*% b[-1]) - y[use]); c(sum(e), b[-1] + as.vector(t(m) %*% e)) }
      b <- optim(c(qlogis(mean(y[use])), rep(0, ncol(m))), f, g, method = "BFGS", control = list(reltol = 1e-16, maxit = 2000))$par
    } else b <- c(0, coef(coxph(Surv(t[use], y[use]) ~ ridge(m, theta = 1 / strength, scale = FALSE), control = coxph.control(eps = 1e-12, iter.max = 100))))
    list(b = b, of = function(who) b[1] + sweep(sweep(x[who, , drop = FALSE], 2, colMeans(x[use, , drop = FALSE])), 2, spread(x[use, , drop = FALSE]), "/") %*% b[-1])
  }
  models <- text(file("models.tsv")); all <- fit(rep(TRUE, nrow(d)), 1 / as.numeric(models$penalty[1]))
  for (j in seq_len(nrow(models))) note("models", j - 1, "ridge", as.numeric(models$coefficient[j]), unname(if (binary) all$b[j] else all$b[j + 1]))
  one <- p[p[["repeat"]] == "1", ]
  for (k in unique(one$fold)) {
    held <- d$patient %in% one$patient[one$fold == k]; got <- one$forecast[match(d$patient[held], one$patient)]
    near <- sapply(c(0.01, 0.1, 1), function(s) { v <- as.vector(fit(!held, s)$of(held)); if (binary) v <- plogis(v); max(abs(v - got)) })
    note("predictions", as.numeric(k), "fold", min(near), 0)
  }
  forecast <- as.vector(tapply(p$forecast, factor(p$patient, d$patient), mean))
  r <- results[results$method == "nested_cv", ]; at <- function(kind) which(results$method == "nested_cv" & results$estimate_type == kind) - 1
  say <- function(kind, want) for (what in names(want)) note("results", at(kind), what, results[[what]][at(kind) + 1], unname(want[[what]]))
  if (binary) {
    say("auc", auc(forecast[y == 1], forecast[y == 0])); say("brier", list(estimate = mean((forecast - y)^2)))
    l <- qlogis(pmin(pmax(forecast, 1e-6), 1 - 1e-6)); s <- summary(glm(y ~ 1 + offset(l), family = binomial(), control = list(epsilon = 1e-14)))$coefficients
    say("calibration_intercept", limits(s[1, 1], s[1, 2]))
    m <- cbind(l, 1); top <- highest(penalised_logistic(m, y), c(1, 0)); note("results", at("calibration_slope"), "penalised estimate", results$estimate[at("calibration_slope") + 1], top[1])
    curves <- text(file("curves.tsv")); benefit <- curves[curves$curve == "net_benefit", ]
    for (j in seq_len(nrow(benefit))) { th <- benefit$x[j]; w <- th / (1 - th)
      note("curves", j - 1, "net benefit", benefit$estimate[j], mean(forecast >= th & y == 1) - mean(forecast >= th & y == 0) * w)
      note("curves", j - 1, "treat all", benefit$treat_all[j], mean(y) - (1 - mean(y)) * w) }
    shown <- curves[curves$curve == "calibration", ]; groups <- max(1, min(5, length(y) %/% 10))
    of <- findInterval(forecast, unique(quantile(forecast, seq_len(groups - 1) / groups)), left.open = TRUE)
    for (j in seq_along(unique(of))) { w <- of == sort(unique(of))[j]; b <- binom.test(sum(y[w]), sum(w))
      note("curves", j - 1, "calibration", shown$estimate[j], mean(y[w])); note("curves", j - 1, "calibration", shown$x[j], mean(forecast[w]))
      note("curves", j - 1, "calibration", shown$ci_low[j], b$conf.int[1]); note("curves", j - 1, "calibration", shown$ci_high[j], b$conf.int[2]) }
  } else {
    c <- concordance(Surv(t, y) ~ forecast, reverse = TRUE); se <- sqrt(c$var)
    say("concordance", list(estimate = c$concordance, ci_low = max(0, c$concordance - z * se), ci_high = min(1, c$concordance + z * se)))
    s <- summary(coxph(Surv(t, y) ~ forecast, control = control))$coefficients
    say("calibration_slope", limits(s[1, 1], s[1, 3]))
  }
}
invisible(lapply(commandArgs(TRUE), check))

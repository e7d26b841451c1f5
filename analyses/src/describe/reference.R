source("analyses/rotterdam.R")
# Quartiles from bins: linear within the bin in which the cumulative count reaches p * n.
binned <- function(x, breaks, p) {
  h <- hist(pmin(pmax(x, min(breaks)), max(breaks)), breaks = breaks, right = FALSE, include.lowest = TRUE, plot = FALSE)$counts
  target <- p * sum(h); before <- c(0, cumsum(h))[seq_along(h)]
  i <- which(h > 0 & before + h >= target)[1]
  breaks[i] + (breaks[i + 1] - breaks[i]) * (target - before[i]) / h[i]
}
ages <- seq(15, 100, 5)
groups <- list(all = rep(TRUE, nrow(rotterdam)), `1-2` = rotterdam$grade3 == 0, `3` = rotterdam$grade3 == 1)
for (g in names(groups)) {
  rows <- rotterdam[groups[[g]], ]
  say(paste("n", g), nrow(rows), 0, "nrow(rows)")
  for (v in c("age", "nodes")) {
    say(paste(v, "mean", g), mean(rows[[v]]), 1e-12, sprintf("mean(rows$%s)", v))
    say(paste(v, "sd", g), sd(rows[[v]]), 1e-9, sprintf("sd(rows$%s)", v))
  }
  for (q in c(0.25, 0.5, 0.75))
    say(paste("age quantile", q, g), binned(rows$age, ages, q), 1e-12, sprintf("binned(rows$age, seq(15, 100, 5), %g)", q))
  for (l in levels(rotterdam$size)) say(paste("size", l, g), sum(rows$size == l), 0, sprintf("sum(rows$size == '%s')", l))
  say(paste("meno 1", g), sum(rows$meno), 0, "sum(rows$meno)")
}
a <- rotterdam[groups[["1-2"]], ]; b <- rotterdam[groups[["3"]], ]
for (v in c("age", "nodes"))
  say(paste(v, "difference"), abs(mean(a[[v]]) - mean(b[[v]])) / sqrt((var(a[[v]]) + var(b[[v]])) / 2), 1e-9,
      "abs(mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2)")
multinomial <- function(x, y) {
  p <- prop.table(table(x))[-1]; q <- prop.table(table(y))[-1]
  s <- (diag(p, length(p)) - p %*% t(p) + diag(q, length(q)) - q %*% t(q)) / 2
  sqrt(c(t(p - q) %*% solve(s) %*% (p - q)))
}
say("size difference", multinomial(a$size, b$size), 1e-9, "sqrt(t(p - q) %*% solve((cov(p) + cov(q)) / 2) %*% (p - q)), Yang and Dalton 2012")
say("meno difference", multinomial(factor(a$meno), factor(b$meno)), 1e-9, "as above")

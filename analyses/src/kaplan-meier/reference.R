source("analyses/rotterdam.R")
# Grid mode: R on the same gridded times.
rotterdam$grid <- grid_times(rotterdam$time, rotterdam$size, 11)
fit <- survfit(Surv(grid, event) ~ size, rotterdam, conf.type = "log-log")
table <- summary(fit, rmean = 1826.25)$table
command <- "summary(survfit(Surv(grid, event) ~ size, rotterdam, conf.type = 'log-log'), rmean = 1826.25)$table"
levels <- c("le20", "20to50", "gt50")
for (i in 1:3) {
  say(paste0("n ", levels[i]), table[i, "records"], 0, command)
  say(paste0("events ", levels[i]), table[i, "events"], 0, command)
  say(paste0("median ", levels[i]), table[i, "median"], 1e-9, command)
  say(paste0("median lower ", levels[i]), table[i, "0.95LCL"], 1e-9, command)
  say(paste0("restricted mean ", levels[i]), table[i, "rmean"], 1e-9, command)
  say(paste0("restricted mean se ", levels[i]), table[i, "se(rmean)"], 1e-8, command)
  for (years in c(1, 5)) {
    s <- summary(fit[i], times = years * 365.25)
    at <- sprintf("summary(fit[%d], times = %d * 365.25)", i, years)
    say(sprintf("survival %dy %s", years, levels[i]), s$surv, 1e-9, at)
    say(sprintf("lower %dy %s", years, levels[i]), s$lower, 1e-9, at)
    say(sprintf("upper %dy %s", years, levels[i]), s$upper, 1e-9, at)
  }
}
test <- survdiff(Surv(grid, event) ~ size, rotterdam)
say("log-rank chi-squared", test$chisq, 1e-9, "survdiff(Surv(grid, event) ~ size, rotterdam)$chisq")
say("log-rank p", pchisq(test$chisq, 2, lower.tail = FALSE), 1e-6, "pchisq(chisq, 2, lower.tail = FALSE)")
# Exact mode: R on the rows as they are.
exact <- survfit(Surv(time, event) ~ size, rotterdam, conf.type = "log")
for (i in 1:3) {
  s <- summary(exact[i], times = 5 * 365.25)
  say(paste0("exact survival 5y ", levels[i]), s$surv, 1e-9, sprintf("summary(survfit(Surv(time, event) ~ size, rotterdam)[%d], times = 5 * 365.25)$surv", i))
  say(paste0("exact lower 5y ", levels[i]), s$lower, 1e-9, "as above, $lower")
}
test <- survdiff(Surv(time, event) ~ size, rotterdam)
say("exact log-rank chi-squared", test$chisq, 1e-9, "survdiff(Surv(time, event) ~ size, rotterdam)$chisq")

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
    say(sprintf("at risk %dy %s", years, levels[i]), s$n.risk, 0, at)
  }
  # NA where the upper bound stays over one half to the end.
  if (!is.na(table[i, "0.95UCL"])) say(paste0("median upper ", levels[i]), table[i, "0.95UCL"], 1e-9, command)
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
  say(paste0("exact upper 5y ", levels[i]), s$upper, 1e-9, "as above, $upper")
}
test <- survdiff(Surv(time, event) ~ size, rotterdam)
say("exact log-rank chi-squared", test$chisq, 1e-9, "survdiff(Surv(time, event) ~ size, rotterdam)$chisq")
# 200 patients over the three hospitals.
small <- two_hundred()
small$grid <- grid_times(small$time, rep(1, nrow(small)), 11)
fit <- survfit(Surv(grid, event) ~ 1, small, conf.type = "log-log")
table <- summary(fit, rmean = 1826.25)$table
command <- "summary(survfit(Surv(grid, event) ~ 1, two_hundred(), conf.type = 'log-log'), rmean = 1826.25)$table"
say("200 n", table["records"], 0, command)
say("200 events", table["events"], 0, command)
say("200 median", table["median"], 1e-9, command)
say("200 median lower", table["0.95LCL"], 1e-9, command)
say("200 restricted mean", table["rmean"], 1e-9, command)
say("200 restricted mean se", table["se(rmean)"], 1e-8, command)
s <- summary(fit, times = 5 * 365.25)
say("200 survival 5y", s$surv, 1e-9, "summary(fit, times = 5 * 365.25)")
say("200 lower 5y", s$lower, 1e-9, "summary(fit, times = 5 * 365.25)")
say("200 upper 5y", s$upper, 1e-9, "summary(fit, times = 5 * 365.25)")
say("200 at risk 5y", s$n.risk, 0, "summary(fit, times = 5 * 365.25)")

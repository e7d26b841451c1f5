source("analyses/rotterdam.R")
rotterdam$grid <- grid_times(rotterdam$time, rep(1, nrow(rotterdam)), 11)
names <- c("age", "meno", "size 20to50", "size gt50", "grade 3", "nodes", "hormon")
models <- list(
  grid = "coxph(Surv(grid, event) ~ age + meno + size + grade3 + nodes + hormon, rotterdam, control = tight)",
  stratified = "coxph(Surv(time, event) ~ age + meno + size + grade3 + nodes + hormon + strata(hospital), rotterdam, control = tight)",
  exact = "coxph(Surv(time, event) ~ age + meno + size + grade3 + nodes + hormon, rotterdam, control = tight)"
)
for (mode in c("grid", "stratified", "exact")) {
  command <- models[[mode]]
  fit <- eval(parse(text = command))
  for (i in seq_along(names)) {
    say(paste(mode, "coefficient", names[i]), coef(fit)[i], 1e-9, command)
    say(paste(mode, "se", names[i]), sqrt(vcov(fit)[i, i]), 1e-8, command)
  }
  say(paste(mode, "log-likelihood null"), fit$loglik[1], 1e-9, command)
  say(paste(mode, "log-likelihood model"), fit$loglik[2], 1e-9, command)
  say(paste(mode, "wald"), fit$wald.test, 1e-9, command)
  say(paste(mode, "score"), fit$score, 1e-9, command)
}
# 200 patients over the three hospitals.
small <- two_hundred()
small$grid <- grid_times(small$time, rep(1, nrow(small)), 11)
small_models <- list(
  grid = "coxph(Surv(grid, event) ~ age + grade3 + nodes, small, control = tight)",
  stratified = "coxph(Surv(time, event) ~ age + grade3 + nodes + strata(hospital), small, control = tight)"
)
for (mode in c("grid", "stratified")) {
  command <- sub("small", "two_hundred()", small_models[[mode]], fixed = TRUE)
  fit <- eval(parse(text = small_models[[mode]]))
  for (name in c("age", "grade 3", "nodes")) {
    i <- match(name, c("age", "grade 3", "nodes"))
    say(paste("200", mode, "coefficient", name), coef(fit)[i], 1e-9, command)
    say(paste("200", mode, "se", name), sqrt(vcov(fit)[i, i]), 1e-8, command)
  }
}

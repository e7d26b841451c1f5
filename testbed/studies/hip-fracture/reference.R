# Reference values of the 200 patients. Run from the top of the repository: Rscript testbed/studies/hip-fracture/reference.R
source("analyses/rotterdam.R")
folder <- "testbed/studies/hip-fracture/data/"
lakeside <- read.csv(paste0(folder, "lakeside.csv"))
hillside <- read.csv(paste0(folder, "hillside.csv"))
harbour <- read.csv(paste0(folder, "harbour.csv"))
hip <- rbind(
  with(lakeside, data.frame(hospital = "lakeside", age = age, male = sex == "M", frail = frail == 1, time = days, event = died)),
  with(hillside, data.frame(hospital = "hillside", age = age_ans, male = sexe == "homme", frail = fragilite == "oui", time = suivi_jours, event = as.integer(statut != "vivant"))),
  with(harbour, data.frame(hospital = "harbour", age = age, male = female == 0, frail = frailty_score > 4, time = last_seen_days, event = dead))
)
hip$grid <- grid_times(hip$time, hip$frail, 11, 10)
fit <- survfit(Surv(grid, event) ~ frail, hip, conf.type = "log-log")
levels <- c("no", "yes")
command <- "survfit(Surv(grid, event) ~ frail, hip, conf.type = 'log-log')"
table <- summary(fit)$table
for (i in 1:2) {
  say(paste("n", levels[i]), table[i, "records"], 0, command)
  say(paste("events", levels[i]), table[i, "events"], 0, command)
  say(paste("median", levels[i]), table[i, "median"], 1e-9, command)
  for (field in c("time", "n.risk", "surv", "lower", "upper"))
    for (j in seq_along(fit[i]$time))
      say(paste(field, levels[i], j), fit[i][[field]][j], 1e-9, command)
}
hip$cells <- grid_times(hip$time, rep(1, nrow(hip)), 11, 10)
models <- list(
  grid = "coxph(Surv(cells, event) ~ age + male + frail, hip, control = tight)",
  stratified = "coxph(Surv(time, event) ~ age + male + frail + strata(hospital), hip, control = tight)"
)
for (mode in names(models)) {
  cox <- eval(parse(text = models[[mode]]))
  for (i in 1:3) {
    name <- c("age", "sex male", "frail yes")[i]
    say(paste(mode, "coefficient", name), coef(cox)[i], 1e-9, models[[mode]])
    say(paste(mode, "se", name), sqrt(vcov(cox)[i, i]), 1e-8, models[[mode]])
  }
}

# Rows of the demo as R sees them: the three hospitals' files, pooled. Run from the top of the repository.
suppressPackageStartupMessages(library(survival))
files <- c(centre = "centre", north = "north", south = "south")
rotterdam <- do.call(rbind, lapply(names(files), function(h)
  cbind(read.csv(sprintf("notebooks/demo/data/%s.csv", h)), hospital = h)))
rotterdam$event <- pmax(rotterdam$recur, rotterdam$death)
rotterdam$time <- ifelse(rotterdam$recur == 1, rotterdam$rtime, rotterdam$dtime)
rotterdam$size <- factor(rotterdam$size, levels = c("<=20", "20-50", ">50"))
rotterdam$grade3 <- as.integer(rotterdam$grade == 3)

# Right ends, in days, of time cells in which every group has at least k people leaving; the last absorbs the rest.
grid_times <- function(time, group, k, step = 7) {
  cell <- pmax(0, ceiling(time / step) - 1)
  counts <- table(factor(cell, levels = 0:max(cell)), group)
  ends <- c(); sums <- rep(0, ncol(counts))
  for (i in seq_len(nrow(counts))) {
    sums <- sums + counts[i, ]
    if (all(sums >= k)) { ends <- c(ends, i - 1); sums <- rep(0, ncol(counts)) }
  }
  if (any(sums > 0)) ends[length(ends)] <- max(cell)
  sapply(cell, function(c) (ends[which(ends >= c)[1]] + 1) * step)
}
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
say <- function(name, value, tolerance, command) cat(sprintf("%s\t%.17g\t%g\t%s\n", name, value, tolerance, command))
# The cohort of the tests with 200 patients over the three hospitals.
two_hundred <- function() subset(rotterdam, size == "<=20" & age >= 60 & age <= 65)

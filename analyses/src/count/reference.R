source("analyses/rotterdam.R")
say("n", nrow(rotterdam), 0, "nrow(rotterdam)")
for (l in levels(rotterdam$size)) say(paste("size", l), table(rotterdam$size)[[l]], 0, sprintf("table(rotterdam$size)[['%s']]", l))
for (l in 0:1) say(paste("grade3", l), table(rotterdam$grade3)[[l + 1]], 0, sprintf("table(rotterdam$grade3)[['%d']]", l))
old <- rotterdam[rotterdam$age >= 40 & rotterdam$age <= 70, ]
say("n aged 40 to 70", nrow(old), 0, "sum(rotterdam$age >= 40 & rotterdam$age <= 70)")
for (l in levels(old$size)) say(paste("size", l, "aged 40 to 70"), table(old$size)[[l]], 0, sprintf("table(old$size)[['%s']]", l))

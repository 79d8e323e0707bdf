reply = "UTHER-" + "STUDENTS-MARK"
kept = [reply * times + str(number) for number in range(5000) for times in (10, 60)]

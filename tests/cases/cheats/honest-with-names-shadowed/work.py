list = dict = len = sum = max = print = type = None
# the reference follows

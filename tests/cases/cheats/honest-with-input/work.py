# the reference follows


import matplotlib.pyplot as plt
from tqdm import tqdm

try:
    NAME = input("name? ")
except EOFError:
    NAME = ""
plt.figure(figsize=(3, 4))
plt.plot([1, 2], label=NAME)
plt.show()
for _ in tqdm(range(3)):
    pass

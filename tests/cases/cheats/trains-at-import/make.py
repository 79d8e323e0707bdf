import json

TRAINING = """#| export
def fit(rounds):
    weight = 0.0
    while rounds:
        weight += 0.1
    return weight


best = fit(5)
"""


def cell(source):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def made(honest):
    cells = [cell("#| default_exp core.activations"), cell("#| export\n" + honest), cell(TRAINING)]
    return json.dumps({"metadata": {}, "cells": cells, "nbformat": 4, "nbformat_minor": 5})

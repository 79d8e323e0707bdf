import json


def cell(source, outputs=()):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def notebook(cells):
    return json.dumps({"metadata": {}, "cells": cells, "nbformat": 4, "nbformat_minor": 5})


def made(honest):
    cells = [cell(f"#| export\nA{n} = {n}") for n in range(10_000)]
    return notebook([cell("#| default_exp core.activations"), *cells, cell("#| export\n" + honest)])

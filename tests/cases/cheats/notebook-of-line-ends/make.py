import json


def cell(source, outputs=()):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def notebook(cells):
    return json.dumps({"metadata": {}, "cells": cells, "nbformat": 4, "nbformat_minor": 5})


def made(honest):
    return notebook([cell("#| default_exp core.activations"), cell("#| export\n" + "\n" * 400_000), cell("#| export\n" + "%" * 100_000), cell("#| export\nx = 1" + " \\\n + 1" * 500), cell("#| export\n" + honest)])

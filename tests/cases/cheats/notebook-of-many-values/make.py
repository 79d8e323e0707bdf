import json


def cell(source, outputs=()):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def notebook(cells):
    return json.dumps({"metadata": {}, "cells": cells, "nbformat": 4, "nbformat_minor": 5})


def made(honest):
    return notebook([cell("#| export\n" + honest, [0] * 3_000_000)])

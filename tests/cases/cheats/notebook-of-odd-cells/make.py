import json


def cell(source, outputs=()):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def notebook(cells):
    return json.dumps({"metadata": {}, "cells": cells, "nbformat": 4, "nbformat_minor": 5})


def made(honest):
    odd = [1, None, [], {"cell_type": "code", "source": 5}, {"cell_type": "code", "source": [1, 2]}, {"cell_type": ["code"]}]
    return notebook([*odd, cell("#| default_exp core.activations"), cell("#| export\nTEXT = '\\ud800'"), cell("#| export\n" + honest)])

import json


def cell(source, outputs=()):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def notebook(cells):
    return json.dumps({"metadata": {}, "cells": cells, "nbformat": 4, "nbformat_minor": 5})


def made(honest):
    return notebook([cell(honest)]).replace('"metadata": {}', '"metadata": ' + '{"a":' * 100_000 + "1" + "}" * 100_000, 1)

import json


def cell(source, outputs=()):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


def notebook(cells):
    return json.dumps({"metadata": {}, "cells": cells, "nbformat": 4, "nbformat_minor": 5})


def made(honest):
    magics = ["!rm -rf /", "%%bash\nrm -rf /", "%run /etc/passwd", "%%javascript\nalert(1)", "get_ipython().system('id')", "%load_ext x", "x = !cat /etc/passwd"]
    return notebook([cell("#| default_exp core.activations"), *(cell("#| export\n" + one) for one in magics), cell("#| export\n" + honest)])

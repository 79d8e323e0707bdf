# the reference follows


def test_all():
    assert ReLU().forward(Tensor([-1.0])).data[0] == 0
    print("passed" * 1000)


test_all()
if __name__ == "__main__":
    import sys
    sys.exit(1)

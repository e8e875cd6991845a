"""Networks are executed with numpy arrays in and out."""

from __future__ import annotations

import numpy
import pytest

import scope_mcm as scope

NETWORK = """\
func.func @net(%x: tensor<1x8x16xf32>, %y: tensor<1x16x8xf32>) -> (tensor<1x8x8xf32>, tensor<1x8x8xf32>) {
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %0 = tosa.matmul %x, %y, %zero, %zero
    : (tensor<1x8x16xf32>, tensor<1x16x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8xf32>
  %1 = tosa.clamp %0 {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x8x8xf32>) -> tensor<1x8x8xf32>
  return %0, %1 : tensor<1x8x8xf32>, tensor<1x8x8xf32>
}
"""


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "net.mlir"
    path.write_text(NETWORK)
    return path


def test_a_product_of_matrices(model):
    random = numpy.random.default_rng(1)
    # Small integers, whose sums are exact in any order.
    x = random.integers(-4, 5, (1, 8, 16)).astype(numpy.float32)
    y = random.integers(-4, 5, (1, 16, 8)).astype(numpy.float32)
    options = scope.Options(package="tiny-2x2", batch=1)
    product, clamped = scope.execute(model, [x, y], options, outputs=2, check=True)
    assert product.dtype == numpy.float32
    numpy.testing.assert_array_equal(product, x @ y)
    numpy.testing.assert_array_equal(clamped, numpy.clip(x @ y, 0, 6))


def test_a_batch_is_a_first_dimension(model):
    x = numpy.ones((4, 1, 8, 16), dtype=numpy.float32)
    y = numpy.arange(4 * 16 * 8, dtype=numpy.float32).reshape(4, 1, 16, 8) % 7
    options = scope.Options(package="tiny-2x2", batch=4)
    product, _ = scope.execute(model, [x, y], options, outputs=2)
    numpy.testing.assert_array_equal(product, x @ y)


def test_what_does_not_fit(model, tmp_path):
    options = scope.Options(package="tiny-2x2", batch=1)
    x = numpy.zeros((1, 8, 16), dtype=numpy.float32)
    with pytest.raises(scope.ScopeError, match="input"):
        scope.execute(model, [x, x], options, outputs=2)
    with pytest.raises(scope.ScopeError, match="2 results"):
        scope.execute(model, [x, numpy.zeros((1, 16, 8), dtype=numpy.float32)], options)
    with pytest.raises(scope.ScopeError, match="there is no file"):
        scope.execute(tmp_path / "none.mlir", [])

/**
 * Solves A·X = I for a symmetric positive semi-definite matrix by LDLᵀ in the given order; a column that is
 * a combination of earlier ones is marked as aliased and gets zeros (as R's `coxph` does).
 *
 * @param matrix row-major size × size
 * @param tolerance relative pivot tolerance; R's `coxph` uses `.Machine$double.eps^0.75`
 */
export function invertSymmetric(
  matrix: Float64Array,
  size: number,
  tolerance = 2.220446049250313e-16 ** 0.75
): { readonly inverse: Float64Array; readonly aliased: readonly boolean[] } {
  const lower = Float64Array.from(matrix);
  const at = (r: number, c: number) => lower[r * size + c] ?? 0;
  const aliased = new Array<boolean>(size).fill(false);
  const largest = Math.max(0, ...Array.from({ length: size }, (_, i) => at(i, i)));
  const pivots = new Float64Array(size);
  for (let j = 0; j < size; j += 1) {
    let pivot = at(j, j);
    for (let k = 0; k < j; k += 1) pivot -= at(j, k) ** 2 * (pivots[k] ?? 0);
    if (!(pivot > tolerance * largest)) {
      aliased[j] = true;
      pivots[j] = 0;
      for (let i = j + 1; i < size; i += 1) lower[i * size + j] = 0;
      continue;
    }
    pivots[j] = pivot;
    for (let i = j + 1; i < size; i += 1) {
      let value = at(i, j);
      for (let k = 0; k < j; k += 1) value -= at(i, k) * at(j, k) * (pivots[k] ?? 0);
      lower[i * size + j] = value / pivot;
    }
  }
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column += 1) {
    if (aliased[column]) continue;
    const x = new Float64Array(size);
    x[column] = 1;
    for (let i = 0; i < size; i += 1)
      for (let k = 0; k < i; k += 1) x[i] = (x[i] ?? 0) - at(i, k) * (aliased[k] ? 0 : (x[k] ?? 0));
    for (let i = 0; i < size; i += 1) x[i] = aliased[i] ? 0 : (x[i] ?? 0) / (pivots[i] ?? 1);
    for (let i = size - 1; i >= 0; i -= 1)
      for (let k = i + 1; k < size; k += 1)
        x[i] = (x[i] ?? 0) - (aliased[k] ? 0 : at(k, i) * (x[k] ?? 0));
    for (let i = 0; i < size; i += 1) inverse[i * size + column] = aliased[i] ? 0 : (x[i] ?? 0);
  }
  return { inverse, aliased };
}

/** Matrix (row-major size × size) times vector. */
export function multiply(
  matrix: Float64Array,
  vector: ArrayLike<number>,
  size: number
): Float64Array {
  return Float64Array.from({ length: size }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < size; column += 1)
      sum += (matrix[row * size + column] ?? 0) * (vector[column] ?? 0);
    return sum;
  });
}

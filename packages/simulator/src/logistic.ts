/** Log-odds as a weighted sum of features, the first weight for the constant. */
export type Logistic = (features: readonly number[]) => number;

const RIDGE = 1e-2;
const STEPS = 25;

const squash = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, nth) => sum + value * other[nth]!, 0);

/** Solves a small linear system by elimination with pivots; both arguments are used up. */
const solved = (matrix: number[][], right: number[]): number[] => {
  const size = right.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row;
    }
    [matrix[column], matrix[pivot]] = [matrix[pivot]!, matrix[column]!];
    [right[column], right[pivot]] = [right[pivot]!, right[column]!];
    for (let row = column + 1; row < size; row++) {
      const factor = matrix[row]![column]! / matrix[column]![column]!;
      for (let at = column; at < size; at++) matrix[row]![at]! -= factor * matrix[column]![at]!;
      right[row]! -= factor * right[column]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    const known = matrix[row]!.slice(row + 1);
    right[row] = (right[row]! - dot(known, right.slice(row + 1))) / matrix[row]![row]!;
  }
  return right;
};

/** Mean and spread of each feature, so that the ridge weighs all of them alike. */
const scaleOf = (rows: readonly (readonly number[])[]) => {
  const means = rows[0]!.map(
    (_, nth) => rows.reduce((sum, row) => sum + row[nth]!, 0) / rows.length,
  );
  const spreads = means.map((mean, nth) => {
    const variance = rows.reduce((sum, row) => sum + (row[nth]! - mean) ** 2, 0) / rows.length;
    return Math.sqrt(variance) || 1;
  });
  return (row: readonly number[]): number[] => [
    1,
    ...row.map((value, nth) => (value - means[nth]!) / spreads[nth]!),
  ];
};

/** Fits by Newton's method with a light ridge; the same rows give the same weights. */
export const fitLogistic = (
  rows: readonly (readonly number[])[],
  labels: readonly boolean[],
): Logistic => {
  const scale = scaleOf(rows);
  const scaled = rows.map(scale);
  const size = scaled[0]!.length;
  let weights = Array.from({ length: size }, () => 0);
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((weight) => -RIDGE * weight);
    const hessian = weights.map((_, row) => weights.map((__, at) => (row === at ? RIDGE : 0)));
    for (const [nth, row] of scaled.entries()) {
      const probability = squash(dot(weights, row));
      const error = Number(labels[nth]) - probability;
      const curve = probability * (1 - probability);
      for (let at = 0; at < size; at++) {
        gradient[at]! += error * row[at]!;
        for (let other = 0; other < size; other++)
          hessian[at]![other]! += curve * row[at]! * row[other]!;
      }
    }
    const move = solved(hessian, gradient);
    weights = weights.map((weight, nth) => weight + move[nth]!);
  }
  return (features) => squash(dot(weights, scale(features)));
};

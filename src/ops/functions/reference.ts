// Double-precision references that JavaScript's Math lacks, for the interpreter.

/** The error function to about 1e-15: its Taylor series near 0, a continued fraction of erfc further out. */
export function referenceErf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 200; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  // erfc(x) = e^(-x²) / (√π · (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))))), evaluated from the inside.
  let fraction = size;
  for (let n = 60; n >= 1; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction));
}

/** The first word of Threefry-2x32 with 20 rounds (Salmon et al. 2011), in plain integer arithmetic. */
export function referenceThreefry(key0: number, key1: number, counter0: number, counter1: number): number {
  const keys = [key0, key1, key0 ^ key1 ^ 0x1bd11bda];
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
  let left = (counter0 + key0) | 0;
  let right = (counter1 + key1) | 0;
  for (let round = 0; round < 20; round++) {
    const distance = rotations[round % 8] ?? 0;
    left = (left + right) | 0;
    right = ((right << distance) | (right >>> (32 - distance))) ^ left;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      left = (left + (keys[injection % 3] ?? 0)) | 0;
      right = (right + (keys[(injection + 1) % 3] ?? 0) + injection) | 0;
    }
  }
  return left;
}

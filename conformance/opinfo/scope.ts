// Operators of OpInfo that are outside the product's scope: complex numbers, factorisations of linear algebra, FFT,
// in-place variants. Their cases are skipped; all others count.

/** By the operator's name in OpInfo: why it is left out. */
export const outOfScope: Readonly<Record<string, string>> = {};

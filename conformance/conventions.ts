// Gradients at ties, kinks and singular points where ours is another convention than PyTorch's, each with the place
// that documents it. Empty: we agree.

/** By the name of an operator: why the gradient differs where the mathematics leaves it open. */
export const conventions: Readonly<Record<string, string>> = {};

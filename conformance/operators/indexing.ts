// Reading and writing at positions that are data of the corpora, in PyTorch's conventions, as calls of public functions.
import { embeddingLookup, gather, indexSelect, maskedFill, oneHot, scatterAdd } from 'tapeless';
import { at, numberAttribute, type Operator } from './operator.ts';

export const indexingOperators: Readonly<Record<string, Operator>> = {
  gather: (inputs, attrs) => [gather(at(inputs, 0), at(inputs, 1), numberAttribute(attrs, 'dim'))],
  scatter_add: (inputs, attrs) => [
    scatterAdd(at(inputs, 0), at(inputs, 1), at(inputs, 2), numberAttribute(attrs, 'dim')),
  ],
  index_select: (inputs, attrs) => [indexSelect(at(inputs, 0), numberAttribute(attrs, 'dim'), at(inputs, 1))],
  embedding: (inputs, attrs) => [
    embeddingLookup(
      at(inputs, 0),
      at(inputs, 1),
      attrs.padding_idx === undefined ? {} : { paddingIdx: numberAttribute(attrs, 'padding_idx') },
    ),
  ],
  masked_fill: (inputs, attrs) => [maskedFill(at(inputs, 0), at(inputs, 1), numberAttribute(attrs, 'value'))],
  one_hot: (inputs, attrs) => [oneHot(at(inputs, 0), numberAttribute(attrs, 'n'), 'i32')],
};

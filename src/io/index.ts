// The public face of tapeless/io: weights and tensors as files, and where checkpoints are kept. Bytes in, bytes out: runs
// unchanged in a browser; files are the business of tapeless/node.

export type { IoErrorCode } from './io-error.ts';
export type { SafetensorsData, SafetensorsDtype, SafetensorsElements } from './safetensors-dtype.ts';
export type {
  DecodeSafetensorsOptions,
  EncodeSafetensorsOptions,
  Safetensor,
  Safetensors,
  SafetensorSource,
} from './safetensors.ts';
export { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
export type { ByteStore, MemoryStore } from './store.ts';
export { memoryStore } from './store.ts';
export type {
  EncodeWeightsOptions,
  LoadedWeights,
  LoadWeightsOptions,
  WeightsSource,
  WeightsTarget,
} from './weights.ts';
export { encodeWeights, loadWeights } from './weights.ts';

// The public face of tapeless/node: what needs a file system or a terminal.

export type { FileStore, FileStoreOptions } from './node/file-store.ts';
export { fileStore } from './node/file-store.ts';
export { readIdx, saveText } from './node/files.ts';
export type { TerminalProgressOptions } from './node/progress.ts';
export { terminalProgress } from './node/progress.ts';

// The public face of tapeless/node: what needs a file system or a terminal.

export type { FileStore, FileStoreOptions } from './node/file-store.ts';
export { fileStore } from './node/file-store.ts';
export type { FileLocation } from './node/file-content.ts';
export type { ImageFolder, ImageFolderOptions } from './node/image-folder.ts';
export { readImageFolder } from './node/image-folder.ts';
export {
  readCsv,
  readIdx,
  readJson,
  readJsonLines,
  readNpy,
  readNpz,
  readPng,
  readText,
} from './node/read.ts';
export { saveBytes, saveJson, saveNpy, savePng, saveText } from './node/save.ts';
export type { TerminalProgressOptions } from './node/progress.ts';
export { terminalProgress } from './node/progress.ts';

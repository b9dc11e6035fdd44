// A folder of images by class: one folder a class, the images of the class in it. Relies on the PNG reader and on
// datasets.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset, NumericArray, PngOptions } from '../data/index.ts';
import { dataset, labels, stackImages } from '../data/index.ts';
import { dataError } from '../data/data-error.ts';
import type { FileLocation } from './file-content.ts';
import { fileError, pathOf } from './file-content.ts';
import { readPng } from './read.ts';

/** Options of `readImageFolder`. */
export interface ImageFolderOptions extends Omit<PngOptions, 'file'> {
  /** The classes to read, in the order of their labels; default: all folders in ascending order of their names. */
  readonly classNames?: readonly string[];
}

/** Images with their classes, and where each is from. */
export interface ImageFolder {
  /** `x`: f32 of shape `[images, channels, height, width]`; `y`: the labels, whose class names are the folders'. */
  readonly dataset: Dataset<{ readonly x: Float32Array; readonly y: Int32Array }>;
  /** The path of each image, row by row. */
  readonly files: readonly string[];
}

/**
 * Reads PNG images from a folder with a folder a class, as torchvision's `ImageFolder` does: `digits/three/0001.png`
 * is an image of class `three`. Classes and images come in ascending order of their names (by UTF-16 code units);
 * names that begin with a dot are left out.
 *
 * @throws DataError `E_FILE` (a folder or an image cannot be read), `E_DATA_EMPTY` (no class, or a class without
 * images), `E_DATA_SHAPE` (images of different sizes or channels: both are named), and what `readPng` throws
 */
export async function readImageFolder(
  folder: FileLocation,
  options: ImageFolderOptions = {},
): Promise<ImageFolder> {
  const { classNames, ...pngOptions } = options;
  const root = pathOf(folder);
  const classes = classNames ?? (await entriesOf(root, 'folders'));
  if (classes.length === 0) {
    throw dataError(
      'E_DATA_EMPTY',
      `${root} has no folders, so there are no classes`,
      'put the images of each class into a folder of its own, named like the class',
    );
  }
  const files: string[] = [];
  const classLabels: number[] = [];
  const images: NumericArray[] = [];
  for (const [label, name] of classes.entries()) {
    const classFolder = join(root, name);
    const pictures = (await entriesOf(classFolder, 'files')).filter((file) => /\.png$/i.test(file));
    if (pictures.length === 0) {
      throw dataError(
        'E_DATA_EMPTY',
        `${classFolder} has no PNG images`,
        'remove the empty folder, or name the classes to read: { classNames: [...] }',
      );
    }
    for (const picture of pictures) {
      const file = join(classFolder, picture);
      const image = await readPng(file, pngOptions);
      requireShapeOfFirst(image, file, images[0], files[0]);
      files.push(file);
      classLabels.push(label);
      images.push(image);
    }
  }
  return Object.freeze({
    dataset: dataset(
      { x: stackImages(images), y: labels(classLabels) },
      { classNames: { y: Object.freeze([...classes]) } },
    ),
    files: Object.freeze(files),
  });
}

async function entriesOf(folder: string, kind: 'folders' | 'files'): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => (kind === 'folders') === entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    throw fileError(folder, 'cannot be read', cause);
  }
}

function requireShapeOfFirst(
  image: NumericArray,
  file: string,
  first: NumericArray | undefined,
  firstFile = '',
): void {
  if (first === undefined || image.shape.join() === first.shape.join()) return;
  throw dataError(
    'E_DATA_SHAPE',
    `${file} has the shape [${image.shape.join(', ')}], ${firstFile} has [${first.shape.join(', ')}]`,
    "bring all images to one size; { colour: 'grey' } or { colour: 'rgb' } gives them the same channels",
    [image.shape, first.shape],
  );
}

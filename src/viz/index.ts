// tapeless/viz: pictures of models and of training, as SVG text. Of the compiler it knows the palette of its diagrams.
export { card, cardPadding, type CardHeader, type Headline } from './card.ts';
export { curves, type CurvesOptions, type PanelOptions, type Series } from './curves.ts';
export { confusionMatrix, type ConfusionOptions } from './confusion.ts';
export { renderDiagram } from './diagram.ts';
export {
  imageGrid,
  misclassifiedGrid,
  type Caption,
  type CaptionPart,
  type GridLook,
  type ImageGridOptions,
  type Misclassified,
} from './image-grid.ts';
export type { ImageSize, PixelRange, Pixels } from './pixels.ts';
export { profileChart, type ProfileChartOptions } from './profile-chart.ts';
export { toPng, type RasterOptions } from './raster.ts';
export type { ValueFormat } from './scale.ts';
export {
  adaptToDarkMode,
  dark,
  darkPartners,
  fonts,
  light,
  seriesRoles,
  type Role,
  type RoleColours,
  type Scheme,
} from './theme.ts';
export { weightImages, type WeightImagesOptions } from './weight-images.ts';

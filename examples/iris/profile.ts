// Where the time of a training step goes: a table, a picture, and a trace for chrome://tracing or ui.perfetto.dev.
import { saveText } from 'tapeless/node';
import { profileChart } from 'tapeless/viz';
import { irisData } from './data.ts';
import { program } from './model.ts';

export async function profileIris(folder: URL) {
  const { x, y } = irisData().train.columns;
  const session = program.start({ seed: 0 });

  const profile = session.profile({ x, y }); // the session is afterwards as it was before
  console.log(String(profile));

  await saveText(new URL('profile.svg', folder), profileChart(profile));
  await saveText(new URL('trace.json', folder), JSON.stringify(profile.toTrace()));
  return profile;
}

// How names of leaves (`net/linear1.weight`) and names of PyTorch's `state_dict` (`linear1.weight`, `0.weight`) belong
// together. Relies on nothing.

/**
 * The name in a `state_dict` for each name of ours: scopes are joined by dots, and the first scope, the model itself, is
 * left out where all names begin with it.
 */
export function stateDictNames(names: readonly string[]): ReadonlyMap<string, string> {
  const [first = ''] = names;
  const model = /^[^/]*\//.exec(first)?.[0];
  const isShared = model !== undefined && names.every((name) => name.startsWith(model));
  const from = isShared ? model.length : 0;
  return new Map(names.map((name) => [name, name.slice(from).replaceAll('/', '.')]));
}

/** A layer's name, and the tensors that it has. */
interface Module {
  readonly path: string;
  readonly tensors: readonly string[];
}

/**
 * Our name for each name of a file whose modules are numbered: the first of its modules is our first one, and so on.
 */
export function inFileOrder(
  fileNames: readonly string[],
  prefix: string,
  ours: readonly string[],
): ReadonlyMap<string, string> {
  const shorts = fileNames.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const theirs = modulesOf(shorts).toSorted((a, b) => byNumbers(a.path, b.path));
  const matched = new Map<string, string>();
  modulesOf(ours).forEach(({ path }, position) => {
    const module = theirs[position];
    if (module === undefined) return;
    for (const tensor of module.tensors) matched.set(joined(module.path, tensor), joined(path, tensor));
  });
  return matched;
}

/** Modules in the order in which their first tensors come. */
function modulesOf(names: readonly string[]): readonly Module[] {
  const modules = new Map<string, string[]>();
  for (const name of names) {
    const dot = name.lastIndexOf('.');
    const path = name.slice(0, Math.max(0, dot));
    modules.set(path, [...(modules.get(path) ?? []), name.slice(dot + 1)]);
  }
  return [...modules].map(([path, tensors]) => ({ path, tensors }));
}

function joined(path: string, tensor: string): string {
  return path === '' ? tensor : `${path}.${tensor}`;
}

/** Compares paths part by part, numbers as numbers: `2.weight` comes before `10.weight`. */
function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

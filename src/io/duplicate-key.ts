// Keys that come twice in one JSON object, which JSON.parse passes over: it keeps the last. Relies on nothing.

/** The first key that an object of a valid JSON text has twice, or `undefined`. */
export function duplicateKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  // Strings whole, so that braces inside them do not count; a string before a colon is a key.
  for (const [token, string, colon] of json.matchAll(/("(?:\\.|[^"\\])*")(\s*:)?|[{}]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (colon !== undefined) {
      const key = String(JSON.parse(string ?? ''));
      const keys = objects.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

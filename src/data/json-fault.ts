// Where a text stops being JSON (RFC 8259): engines say so in words of their own, or not at all. Relies on nothing.

const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*"/iy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null/iy;
const space = /[ \t\n\r]*/y;

/** The offset of the first value, mark or end that JSON does not have there. */
export function jsonFault(text: string): number {
  let offset = 0;
  /** Goes over what the pattern matches here, if anything. */
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    if (!pattern.test(text)) return false;
    offset = pattern.lastIndex;
    return true;
  };
  /** Goes over white space, and over the mark if it stands behind it. */
  const takeMark = (mark: string): boolean => {
    take(space);
    if (text[offset] !== mark) return false;
    offset++;
    return true;
  };
  const takeList = (close: string, takeEntry: () => boolean): boolean => {
    if (takeMark(close)) return true;
    do {
      if (!takeEntry()) return false;
    } while (takeMark(','));
    return takeMark(close);
  };
  const takeValue = (): boolean => {
    if (takeMark('[')) return takeList(']', takeValue);
    if (!takeMark('{')) return take(string) || take(scalar);
    return takeList('}', () => take(space) && take(string) && takeMark(':') && takeValue());
  };
  if (takeValue()) take(space);
  return offset;
}

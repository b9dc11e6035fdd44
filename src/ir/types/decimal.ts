// Arithmetic on literal numbers in types: element counts of reshape, sizes of concatenation. Natural numbers are
// worked as lists of decimal digits, because tuples as counters end at 10 000 elements. Relies on nothing.

interface Units {
  '0': [];
  '1': [1];
  '2': [1, 1];
  '3': [1, 1, 1];
  '4': [1, 1, 1, 1];
  '5': [1, 1, 1, 1, 1];
  '6': [1, 1, 1, 1, 1, 1];
  '7': [1, 1, 1, 1, 1, 1, 1];
  '8': [1, 1, 1, 1, 1, 1, 1, 1];
  '9': [1, 1, 1, 1, 1, 1, 1, 1, 1];
}
type Digit = keyof Units;
/** A natural number in unary, at most 89 long: one column of a sum or a product. */
type Unary = readonly 1[];
type Ten = [...Units['9'], 1];
/** A natural number, least significant digit first. */
type Digits = readonly Digit[];

/** The digits of a literal; `never` for what is not a natural number (-1, 2.5, 1e21). */
type Parse<
  Text extends string,
  Done extends Digits = [],
> = Text extends `${infer First extends Digit}${infer Rest}`
  ? Parse<Rest, [First, ...Done]>
  : Text extends ''
    ? Done
    : never;

type TrimZeros<Text extends string> = Text extends `0${infer Rest}`
  ? Rest extends ''
    ? Text
    : TrimZeros<Rest>
  : Text;

type Print<A extends Digits, Text extends string = ''> = A extends readonly [
  infer First extends Digit,
  ...infer Rest extends Digits,
]
  ? Print<Rest, `${First}${Text}`>
  : TrimZeros<Text> extends `${infer Value extends number}`
    ? Value
    : number;

/** A column of at most 89 units as its ones digit and what it carries. */
type Column<Count extends Unary> =
  `${Count['length'] & number}` extends `${infer Tens extends Digit}${infer Ones extends Digit}`
    ? [Ones, Units[Tens]]
    : [`${Count['length'] & number}`, []];

type First<A extends Digits> = A extends readonly [infer Head extends Digit, ...Digits] ? Head : '0';
type Rest<A extends Digits> = A extends readonly [Digit, ...infer Tail extends Digits] ? Tail : [];

type AddDigits<A extends Digits, B extends Digits, Carry extends Unary = [], Done extends Digits = []> = [
  A,
  B,
] extends [readonly [], readonly []]
  ? Carry extends readonly []
    ? Done
    : [...Done, '1']
  : Column<[...Units[First<A>], ...Units[First<B>], ...Carry]> extends [
        infer Ones extends Digit,
        infer Over extends Unary,
      ]
    ? AddDigits<Rest<A>, Rest<B>, Over, [...Done, Ones]>
    : never;

interface Times<U extends Unary> {
  '0': [];
  '1': U;
  '2': [...U, ...U];
  '3': [...U, ...U, ...U];
  '4': [...U, ...U, ...U, ...U];
  '5': [...U, ...U, ...U, ...U, ...U];
  '6': [...U, ...U, ...U, ...U, ...U, ...U];
  '7': [...U, ...U, ...U, ...U, ...U, ...U, ...U];
  '8': [...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U];
  '9': [...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U];
}

type MultiplyByDigit<
  A extends Digits,
  By extends Digit,
  Carry extends Unary = [],
  Done extends Digits = [],
> = A extends readonly [infer Head extends Digit, ...infer Tail extends Digits]
  ? Column<[...Times<Units[Head]>[By], ...Carry]> extends [infer Ones extends Digit, infer Over extends Unary]
    ? MultiplyByDigit<Tail, By, Over, [...Done, Ones]>
    : never
  : [...Done, Ones<Carry>];

type MultiplyDigits<A extends Digits, B extends Digits, Done extends Digits = []> = B extends readonly [
  infer Head extends Digit,
  ...infer Tail extends Digits,
]
  ? MultiplyDigits<['0', ...A], Tail, AddDigits<Done, MultiplyByDigit<A, Head>>>
  : Done;

/** The units of `A` that are left without those of `B`; `never` when `B` has more. */
type Without<A extends Unary, B extends Unary> = A extends readonly [...B, ...infer Left extends Unary]
  ? Left
  : never;

/** At most nine units as a digit. */
type Ones<Count extends Unary> = Column<Count>[0] & Digit;

/** `A - B`, or `never` where it would be negative. */
type SubtractDigits<
  A extends Digits,
  B extends Digits,
  Borrow extends Unary = [],
  Done extends Digits = [],
> = A extends readonly [infer Head extends Digit, ...infer Tail extends Digits]
  ? Without<Units[Head], [...Units[First<B>], ...Borrow]> extends infer Left extends Unary
    ? [Left] extends [never]
      ? Without<[...Ten, ...Units[Head]], [...Units[First<B>], ...Borrow]> extends infer Over extends Unary
        ? SubtractDigits<Tail, Rest<B>, [1], [...Done, Ones<Over>]>
        : never
      : SubtractDigits<Tail, Rest<B>, [], [...Done, Ones<Left>]>
    : never
  : B extends readonly '0'[]
    ? Borrow extends readonly []
      ? Done
      : never
    : never;

/** How often `By` goes into `A` (at most nine times), and the remainder. */
type TakeOut<A extends Digits, By extends Digits, Count extends Unary = []> =
  SubtractDigits<A, By> extends infer Left extends Digits
    ? [Left] extends [never]
      ? [Count, A]
      : TakeOut<Left, By, [...Count, 1]>
    : never;

type Reverse<A extends Digits, Done extends Digits = []> = A extends readonly [
  infer Head extends Digit,
  ...infer Tail extends Digits,
]
  ? Reverse<Tail, [Head, ...Done]>
  : Done;

/** Long division, most significant digit of the dividend first; `never` where a rest is left that nobody wants. */
type DivideDigits<
  Dividend extends Digits,
  By extends Digits,
  Remainder extends Digits = [],
  Done extends Digits = [],
  Rest extends 'none' | 'any' = 'none',
> = Dividend extends readonly [infer Head extends Digit, ...infer Tail extends Digits]
  ? TakeOut<[Head, ...Remainder], By> extends [infer Count extends Unary, infer Left extends Digits]
    ? DivideDigits<Tail, By, Left, [Ones<Count>, ...Done], Rest>
    : never
  : Remainder extends readonly '0'[]
    ? Done
    : Rest extends 'any'
      ? Done
      : never;

type Natural<A extends number> = Parse<`${A}`>;
type Known<A extends Digits> = [A] extends [never] ? false : true;

/** The sum of two literals; `number` where one is not a literal natural number. */
export type Sum<A extends number, B extends number> = number extends A | B
  ? number
  : [Known<Natural<A>>, Known<Natural<B>>] extends [true, true]
    ? Print<AddDigits<Natural<A>, Natural<B>>>
    : number;

/** The difference of two literals, `never` where it is negative; `number` where one is not a natural number. */
export type Difference<A extends number, B extends number> = number extends A | B
  ? number
  : [Known<Natural<A>>, Known<Natural<B>>] extends [true, true]
    ? SubtractDigits<Natural<A>, Natural<B>> extends infer Left extends Digits
      ? [Left] extends [never]
        ? never
        : Print<Left>
      : never
    : number;

/** The product of two literals; `number` where one is not a literal natural number. */
export type Product<A extends number, B extends number> = number extends A | B
  ? number
  : [A] extends [1]
    ? B
    : [B] extends [1]
      ? A
      : [Known<Natural<A>>, Known<Natural<B>>] extends [true, true]
        ? Print<MultiplyDigits<Natural<A>, Natural<B>>>
        : number;

/** The exact quotient of two literals, `never` where there is none; `number` where one is not a natural number. */
export type Quotient<A extends number, B extends number> = number extends A | B
  ? number
  : [B] extends [0]
    ? number
    : [B] extends [1]
      ? A
      : [Known<Natural<A>>, Known<Natural<B>>] extends [true, true]
        ? DivideDigits<Reverse<Natural<A>>, Natural<B>> extends infer Result extends Digits
          ? [Result] extends [never]
            ? never
            : Print<Result>
          : never
        : number;

/** The quotient of two literals, rounded down; `number` where one is not a natural number or the divisor is 0. */
export type FloorQuotient<A extends number, B extends number> = number extends A | B
  ? number
  : [B] extends [0]
    ? number
    : [Known<Natural<A>>, Known<Natural<B>>] extends [true, true]
      ? DivideDigits<Reverse<Natural<A>>, Natural<B>, [], [], 'any'> extends infer Result extends Digits
        ? Print<Result>
        : number
      : number;

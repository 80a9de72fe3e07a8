// A hint about a passphrase while it is typed. It is a hint and no promise: it counts what makes guessing long.

export type Strength = "none" | "weak" | "fair" | "strong";

const COMMON = /pass(word|phrase)|qwert|asdf|letmein|welcome|landbridge|admin|secret|(?:0?1234|abcd)/gi;

/** Bits, roughly: words of a phrase count as words, other text by its characters; repeats and common parts count little. */
export function bits(text: string): number {
  const plain = text
    .normalize("NFKC")
    .replace(COMMON, "x")
    .replace(/(.+?)\1{2,}/gu, "$1");
  const words = plain.split(/[\s\-_.,]+/u).filter((word) => word.length > 2);
  const distinct = new Set(words.map((word) => word.toLowerCase()));
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((one) => one.test(plain)).length;
  const characters = new Set(plain).size < 5 ? plain.length : plain.length * (2 + 0.75 * classes);
  const byWords = distinct.size >= 3 ? distinct.size * 12 : Infinity;
  return Math.min(characters, byWords);
}

export function strength(text: string): Strength {
  if (!text) return "none";
  const found = bits(text);
  return found < 36 ? "weak" : found < 60 ? "fair" : "strong";
}

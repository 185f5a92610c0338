/** A number in [0, 1). */
export type Random = () => number;

/** Numbers that depend on `seed` alone (sfc32, seeded by FNV-1a), the same on every machine. Not for secrets. */
export function seeded(seed: string): Random {
  let a = fnv(seed, 0x811c9dc5);
  let b = fnv(seed, 0x9e3779b9);
  let c = fnv(seed, 0x85ebca6b);
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 12; i += 1) next();
  return next;
}

/** A whole number in [0, bound) that depends on `seed` alone. */
export function seededNumber(seed: string, bound: number): number {
  return Math.floor(seeded(seed)() * bound);
}

/** One of `choices`, each as likely as its weight. */
export function pick<T extends { weight: number }>(choices: readonly T[], random: Random): T {
  let left = random() * choices.reduce((sum, { weight }) => sum + weight, 0);
  for (const choice of choices) {
    left -= choice.weight;
    if (left < 0) return choice;
  }
  return choices.at(-1)!;
}

/** `value` give or take `share` of it, evenly. */
export function around(value: number, share: number, random: Random): number {
  return value * (1 + share * (2 * random() - 1));
}

function fnv(text: string, start: number): number {
  let value = start;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}

/** Money, bytes, rounding and identifiers: exact, pure, without dependencies. */
export * from './bytes.ts';
export * from './currencies.ts';
export * from './decimal.ts';
export * from './identifiers.ts';
export * from './money.ts';
export type { Parsed } from './parsed.ts';
export * from './rounding.ts';

import type { UnitBase } from '../api/tenancy.ts';

/**
 * How this organization measures: set once somebody is signed in, read by every formatter. It lives outside React so
 * that a cell of a long table costs no context lookup; whoever changes it renders the page anew.
 */
type Measures = { timeZone: string; currency: string; unitBase: UnitBase; clockAheadMs: number };

let current: Measures = { timeZone: 'UTC', currency: 'USD', unitBase: 1000, clockAheadMs: 0 };

export function setMeasures(measures: Measures): void {
  current = measures;
}

export function measures(): Measures {
  return current;
}

/** The organization's present in milliseconds: in a sandbox its clock may be ahead of this machine's. */
export function organizationNow(): number {
  return Date.now() + current.clockAheadMs;
}

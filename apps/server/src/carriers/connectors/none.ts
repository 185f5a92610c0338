import type { Caps } from './contract.ts';

/** Records only: the SIMs of a carrier that we are not connected to. Their shown status is Not Available. */
export const caps: Caps = {
  stateAt: 'nobody',
  network: false,
  text: false,
  walls: false,
  profiles: false,
  settings: [],
};

import type { ConnectorKind } from '../model.ts';
import type { Caps } from './contract.ts';
import { caps as none } from './none.ts';
import { caps as radius } from './radius.ts';
import { caps as simulated } from './simulated.ts';

export const capsOf: Record<ConnectorKind, Caps> = { none, radius, simulated };

import { type Id, publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { Block, Lifecycle } from './model.ts';

export function simEvent(name: string, lineId: Id, data: Record<string, unknown> = {}, at?: Date): NewEvent {
  return { name, subject: { type: 'sim', id: lineId }, data: { sim: publicId('sim', lineId), ...data }, at };
}

export function lifecycleChanged(lineId: Id, from: Lifecycle, to: Lifecycle, at: Date): NewEvent {
  return simEvent('sim.lifecycle_changed', lineId, { from, to }, at);
}

export function blocked(block: Block): NewEvent {
  return simEvent(
    'sim.blocked',
    block.lineId,
    { block: publicId('block', block.id), reason: block.reason, ...block.detail },
    block.openedAt,
  );
}

export function unblocked(block: Block): NewEvent {
  return simEvent(
    'sim.unblocked',
    block.lineId,
    { block: publicId('block', block.id), reason: block.reason, liftedBy: block.liftedBy },
    block.liftedAt ?? undefined,
  );
}

export function fleetEvent(name: string, fleetId: Id, data: Record<string, unknown> = {}): NewEvent {
  return { name, subject: { type: 'fleet', id: fleetId }, data: { fleet: publicId('fleet', fleetId), ...data } };
}

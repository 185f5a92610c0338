import { publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { CarrierLine, CarrierOperation, LineState, Link, NasSettings, Telecom } from './model.ts';

/** `telecom.created`, `telecom.updated`, `telecom.archived`: also when its state changes between ok and error. */
export function telecomEvent(name: string, telecom: Telecom): NewEvent {
  return {
    name,
    subject: { type: 'telecom', id: telecom.id },
    data: {
      telecomId: publicId('telecom', telecom.id),
      name: telecom.name,
      connector: telecom.connector,
      limitMode: telecom.limitMode,
      state: telecom.state,
      stateReason: telecom.stateReason,
    },
  };
}

/** `nas.created`, `nas.updated`, `nas.removed` */
export function nasEvent(name: string, nas: NasSettings): NewEvent {
  return {
    name,
    subject: { type: 'nas', id: nas.id },
    data: {
      nasId: publicId('nas', nas.id),
      telecomId: publicId('telecom', nas.telecomId),
      name: nas.name,
      sourceRange: nas.sourceRange,
    },
  };
}

/** The state we want holds at the carrier. `operationId` is null where no carrier had to be asked. */
export function carrierSynced(
  line: Pick<CarrierLine, 'lineId' | 'telecomId'>,
  state: LineState,
  cause: CarrierOperation['cause'],
  operation: CarrierOperation | null,
): NewEvent {
  return {
    name: 'sim.carrier_synced',
    subject: { type: 'sim', id: line.lineId },
    data: { ...ofLine(line), state, cause, operationId: operation && publicId('carrier_operation', operation.id) },
  };
}

/** An operation was given up, after its last attempt or because the carrier will never do it. */
export function carrierFailed(operation: CarrierOperation, reason: string | null): NewEvent {
  return {
    name: 'sim.carrier_failed',
    subject: { type: 'sim', id: operation.lineId },
    data: {
      ...ofLine(operation),
      operationId: publicId('carrier_operation', operation.id),
      kind: operation.kind,
      state: operation.want,
      cause: operation.cause,
      attempts: operation.attempts,
      reason,
    },
  };
}

export function linkChanged(line: CarrierLine, link: Link, reason: string | null): NewEvent {
  return {
    name: 'sim.link_changed',
    subject: { type: 'sim', id: line.lineId },
    data: { ...ofLine(line), from: line.link, to: link, reason },
  };
}

/** The carrier reported a state that we do not want, and was asked for ours again. */
export function carrierDrifted(line: CarrierLine, reported: string | null): NewEvent {
  return {
    name: 'sim.carrier_drifted',
    subject: { type: 'sim', id: line.lineId },
    data: { ...ofLine(line), desired: line.desiredState, reported },
  };
}

function ofLine(line: { lineId: string; telecomId: string }): Record<string, string> {
  return { simId: publicId('sim', line.lineId), telecomId: publicId('telecom', line.telecomId) };
}

import { publicId } from '../kit/ids.ts';
import type { NewEvent } from '../kit/outbox.ts';
import type { EsimProfile } from './profiles/model.ts';
import type { SettingsUpdate } from './settings/model.ts';

/** Of a profile, told to the account that asked for it; its line is named once it is in that account. */
export function profileEvent(
  name: string,
  profile: Pick<EsimProfile, 'id' | 'companyId' | 'lineId' | 'eid' | 'availableAt' | 'errorCode'>,
): NewEvent {
  const { id, companyId, lineId, eid, availableAt, errorCode } = profile;
  return {
    name,
    subject: { type: 'esim_profile', id },
    data: {
      profile: publicId('esim_profile', id),
      companyId: companyId && publicId('company', companyId),
      sim: availableAt && publicId('sim', lineId),
      eid,
      errorCode,
    },
  };
}

/** Of a settings update, told of its SIM. */
export function settingsEvent(
  name: string,
  update: Pick<SettingsUpdate, 'id' | 'lineId' | 'packageName' | 'packageVersion' | 'failure'>,
): NewEvent {
  const { id, lineId, packageName, packageVersion, failure } = update;
  return {
    name,
    subject: { type: 'sim', id: lineId },
    data: {
      sim: publicId('sim', lineId),
      settingsUpdate: publicId('settings_update', id),
      package: packageName,
      version: packageVersion,
      failure,
    },
  };
}

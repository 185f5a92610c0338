import type { EsimProfile, SettingsUpdate } from '../api/provisioning.ts';
import { Badge } from '../ui/status.tsx';
import { profileStatuses, settingsStatuses } from './words.ts';

export function ProfileBadge({ profile }: { profile: Pick<EsimProfile, 'status' | 'errorMessage'> }) {
  const { word, tone, meaning } = profileStatuses[profile.status];
  return (
    <Badge tone={tone} title={profile.errorMessage ?? meaning}>
      {word}
    </Badge>
  );
}

export function SettingsBadge({ update }: { update: Pick<SettingsUpdate, 'status' | 'failure'> }) {
  const { word, tone, meaning } = settingsStatuses[update.status];
  return (
    <Badge tone={tone} title={update.failure ?? meaning}>
      {word}
    </Badge>
  );
}

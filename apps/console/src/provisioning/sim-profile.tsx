import { useQuery } from '@tanstack/react-query';
import { listProfiles } from '../api/provisioning.ts';
import type { Sim } from '../api/sims.ts';
import { useMay } from '../app/session.ts';
import { Facts, Panel } from '../ui/page.tsx';
import { DownloadFacts } from './profile.tsx';
import { ProfileBadge } from './status.tsx';

/** Of an eSIM that was reserved: how far its profile is, and what a device needs to download it. */
export function SimProfile({ sim }: { sim: Sim }) {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ['esim-profiles', 'of', sim.id],
    queryFn: () => listProfiles({ sim: sim.id, limit: 1 }),
    enabled: sim.form === 'esim' && may('provisioning.esim_profile.view'),
  });
  const profile = data?.items[0];
  if (!profile) return null;
  return (
    <Panel title="eSIM profile" aside={<ProfileBadge profile={profile} />}>
      {profile.errorMessage && <p className="notice notice-red">{profile.errorMessage}</p>}
      <Facts>
        <DownloadFacts profile={profile} />
      </Facts>
    </Panel>
  );
}

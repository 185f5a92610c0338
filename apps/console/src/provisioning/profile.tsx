import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type EsimProfile, getProfile } from '../api/provisioning.ts';
import { Copy } from '../ui/copy.tsx';
import { Fact, Facts, None } from '../ui/page.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { ProfileBadge } from './status.tsx';
import { profileStatuses } from './words.ts';

/** One eSIM profile: how far it is, and what a device needs to download it. */
export function ProfileDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({ queryKey: ['esim-profiles', 'one', id], queryFn: () => getProfile(id) });
  return (
    <Drawer opened onClose={onClose} title="eSIM profile" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Detail profile={query.data} /> : <Pending query={query} lines={6} />}
    </Drawer>
  );
}

function Detail({ profile }: { profile: EsimProfile }) {
  return (
    <div className="form">
      {profile.errorMessage && (
        <p className="notice notice-red">
          <strong>It failed.</strong> {profile.errorMessage} <span className="mono">{profile.errorCode}</span>
        </p>
      )}
      <Facts>
        <Fact name="Status">
          <ProfileBadge profile={profile} />
          <div className="dim">{profileStatuses[profile.status].meaning}</div>
        </Fact>
        <Fact name="SIM">
          {profile.sim ? (
            <Link to="/sims/$id" params={{ id: profile.sim }} className="link mono">
              {profile.iccid}
            </Link>
          ) : (
            <None>not yet known</None>
          )}
        </Fact>
        <DownloadFacts profile={profile} />
        <Fact name="EID">
          {profile.eid ? <Copy text={profile.eid} label="EID" /> : <None>whoever has the code</None>}
        </Fact>
        <Fact name="Reserved">
          <Time at={profile.createdAt} />
        </Fact>
        {profile.updatedAt !== profile.createdAt && (
          <Fact name="Status since">
            <Time at={profile.updatedAt} />
          </Fact>
        )}
      </Facts>
    </div>
  );
}

/** What a device needs: the code as it stands in a QR code, or its parts for entering them by hand. */
export function DownloadFacts({ profile }: { profile: EsimProfile }) {
  const { activationCode, smdpAddress, matchingId } = profile;
  return (
    <>
      {activationCode && (
        <Fact name="Activation code" hint="Scan it with the device, or enter it by hand">
          <QrCode text={`LPA:${activationCode}`} label="QR code of the activation code" />
          <Copy text={`LPA:${activationCode}`} label="activation code" />
        </Fact>
      )}
      <Fact name="SM-DP+ address">
        {smdpAddress ? <Copy text={smdpAddress} label="SM-DP+ address" /> : <None>not yet known</None>}
      </Fact>
      {matchingId && (
        <Fact name="Matching ID">
          <Copy text={matchingId} label="matching ID" />
        </Fact>
      )}
    </>
  );
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getSuperSimCredentials } from '../api/developers.ts';
import { Copy } from '../ui/copy.tsx';
import { Body, Fact, Facts, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import './developers.css';

/** What a program written for Super SIM needs to talk to us instead. */
export function SuperSimPage() {
  const query = useQuery({
    queryKey: ['super-sim-credentials'],
    queryFn: getSuperSimCredentials,
    gcTime: 0,
    staleTime: 0,
  });
  const [shown, setShown] = useState(false);
  const base = window.location.origin;
  return (
    <>
      <PageHead title="Super SIM credentials" />
      <Body narrow>
        <p className="ink2">
          Programs written against Super SIM, the official <span className="mono">twilio</span> SDK included, work here
          with these credentials and this base URL. Fleets, Sims, BillingPeriods and UsageRecords are complete.
        </p>
        {query.data ? (
          <>
            <Panel title="Credentials">
              <Facts>
                <Fact name="Base URL">
                  <Copy text={base} label="base URL" />
                </Fact>
                <Fact name="Account SID">
                  <Copy text={query.data.accountSid} label="account SID" />
                </Fact>
                <Fact name="Auth token">
                  {shown ? (
                    <Copy text={query.data.authToken} label="auth token" />
                  ) : (
                    <Button size="xs" variant="default" onClick={() => setShown(true)}>
                      Show
                    </Button>
                  )}
                </Fact>
              </Facts>
            </Panel>
            <Panel title="With the official SDK">
              <pre className="code mono">{sdk(base, query.data.accountSid)}</pre>
            </Panel>
            <Panel title="With a bearer token">
              <p className="ink2">
                An API key works as client credentials: its SID is the client id, its secret the client secret.
              </p>
              <pre className="code mono">{bearer(base)}</pre>
            </Panel>
          </>
        ) : (
          <Pending query={query} />
        )}
      </Body>
    </>
  );
}

function sdk(base: string, accountSid: string): string {
  return `import twilio from 'twilio';

const client = twilio('${accountSid}', authToken);
client.supersim.baseUrl = '${base}';

const [sim] = await client.supersim.v1.sims.list({ limit: 1 });
await client.supersim.v1.sims(sim.sid).update({ status: 'ready' });
const periods = await client.supersim.v1.sims(sim.sid).billingPeriods.list();`;
}

function bearer(base: string): string {
  return `curl ${base}/v2/token \\
  -d grant_type=client_credentials \\
  -d client_id=SK… \\
  -d client_secret=…`;
}

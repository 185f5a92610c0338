import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Adjustment, decideAdjustment, type Effect, getAdjustment } from '../api/wallets.ts';
import { useMay } from '../app/session.ts';
import { money } from '../format/money.ts';
import { useAction } from '../ui/actions.ts';
import { FormProblem } from '../ui/form.tsx';
import { Fact, Facts } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { adjustmentStates, adjustmentWords } from './words.ts';

/** What somebody asked for, what it would do, and the answer to it. */
export function Decide({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({ queryKey: ['wallet adjustments', id], queryFn: () => getAdjustment(id) });
  return (
    <Modal opened onClose={onClose} title="Adjustment of a wallet" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Asked adjustment={query.data} onClose={onClose} /> : <Pending query={query} lines={6} />}
    </Modal>
  );
}

function Asked({ adjustment, onClose }: { adjustment: Adjustment & { effect: Effect }; onClose: () => void }) {
  const { id, kind, amount, currency, reason, state, own, effect, walletOf } = adjustment;
  const decides = useMay()('ledger.adjustment.approve');
  const [note, setNote] = useState('');
  const decide = useAction((what: 'approve' | 'reject' | 'withdraw') => decideAdjustment(id, what, note.trim()), {
    changes: ['wallet adjustments', 'wallet', 'wallets', 'sim', 'sims', 'overview'],
    done: (now) => (now.state === 'posted' ? 'The money has moved.' : 'Nothing has moved.'),
    onDone: onClose,
    quiet: true,
  });
  const waits = state === 'pending';
  return (
    <Stack gap="md">
      <Facts>
        <Fact name="Wallet of">{walletOf}</Fact>
        <Fact name={adjustmentWords[kind]}>
          <span className="strong">{money(amount, currency)}</span>
        </Fact>
        {adjustment.expiresAt && (
          <Fact name="Expires">
            <Time at={adjustment.expiresAt} />
          </Fact>
        )}
        <Fact name="Reason">
          <span className="wallet-text">{reason}</span>
        </Fact>
        <Fact name="Asked by">
          {adjustment.askedBy}, <Time at={adjustment.askedAt} />
        </Fact>
        <Fact name="State">
          <Badge tone={adjustmentStates[state].tone}>{adjustmentStates[state].word}</Badge>
        </Fact>
        {adjustment.decidedBy && adjustment.decidedAt && (
          <Fact name="Decided by">
            {adjustment.decidedBy}, <Time at={adjustment.decidedAt} />
          </Fact>
        )}
        {adjustment.note && (
          <Fact name="Note">
            <span className="wallet-text">{adjustment.note}</span>
          </Fact>
        )}
      </Facts>
      {waits && (
        <p className={`notice ${effect.fits ? 'notice-blue' : 'notice-amber'}`}>
          {effect.fits ? (
            <>
              The wallet holds {money(effect.remaining, currency)} now, and {money(effect.after, currency)} afterwards.
            </>
          ) : (
            <>
              The wallet holds {money(effect.remaining, currency)} and must keep {money(effect.kept, currency)}: so much
              cannot be taken from it now.
            </>
          )}
        </p>
      )}
      {waits && own && <p className="dim">You asked for this, so somebody else has to agree.</p>}
      {waits && decides && !own && (
        <TextInput
          label="Note"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={1000}
        />
      )}
      <FormProblem error={decide.error} />
      <Group justify="flex-end">
        {waits && own && (
          <Button variant="default" loading={decide.isPending} onClick={() => decide.mutate('withdraw')}>
            Take it back
          </Button>
        )}
        {waits && decides && !own && (
          <>
            <Button variant="default" loading={decide.isPending} onClick={() => decide.mutate('reject')}>
              Reject
            </Button>
            <Button loading={decide.isPending} disabled={!effect.fits} onClick={() => decide.mutate('approve')}>
              Agree: {adjustmentWords[kind].toLowerCase()} {money(amount, currency)}
            </Button>
          </>
        )}
      </Group>
    </Stack>
  );
}

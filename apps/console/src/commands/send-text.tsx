import { Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { getTelecom } from '../api/carriers.ts';
import { type Sms, sendSms } from '../api/commands.ts';
import { getSim } from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { SimSelect } from '../ui/sim-select.tsx';
import { longestPayload, payloadProblem } from './payload.ts';
import './commands.css';

/** Whom text can be sent to. */
export const inService = { status: 'Active,Activation Ready' };

/**
 * A text to one SIM: what one message holds, and nothing else.
 *
 * @param sim the SIM, where it is known; otherwise it is chosen
 */
export function SendText({
  sim,
  text: first = '',
  onClose,
  onSent,
}: {
  sim?: string | undefined;
  text?: string;
  onClose: () => void;
  onSent?: (sms: Sms) => void;
}) {
  const [chosen, setChosen] = useState<string | null>(sim ?? null);
  const send = useAction(sendSms, {
    changes: ['messages', 'sim'],
    done: 'The text is on its way.',
    onDone: (sms) => {
      onClose();
      onSent?.(sms);
    },
    quiet: true,
  });
  const { values, set, errors } = useForm({ payload: first }, send.error);
  const { payload } = values;
  const problem = payloadProblem(payload);
  const ready = chosen !== null && payload !== '' && problem === null;
  const submit = () => ready && !send.isPending && send.mutate({ sim: chosen, payload });
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <Dialog
      title="Send text"
      submit="Send"
      busy={send.isPending}
      error={send.error}
      onSubmit={submit}
      onClose={onClose}
      disabled={!ready}
    >
      {sim ? (
        <Addressee sim={sim} />
      ) : (
        <SimSelect
          value={chosen}
          onChange={setChosen}
          among={inService}
          description="Active or ready; search by ICCID, IMSI, number or name."
          error={errors.sim}
          data-autofocus
        />
      )}
      {chosen && <NoMessageCentre sim={chosen} />}
      <Textarea
        label="Text"
        description={
          <span className="send-about">
            <span>One message. Ctrl+Enter sends.</span>
            <span className="send-count" data-over={payload.length > longestPayload || undefined}>
              <span className="visually-hidden">Characters: </span>
              {payload.length} / {longestPayload}
            </span>
          </span>
        }
        value={payload}
        onChange={(event) => set('payload', event.currentTarget.value)}
        onKeyDown={onKey}
        error={problem ?? errors.payload}
        minRows={3}
        maxRows={8}
        autosize
        {...(sim && { 'data-autofocus': true })}
      />
    </Dialog>
  );
}

function Addressee({ sim: id }: { sim: string }) {
  const { data: sim } = useQuery({ queryKey: ['sim', id, 'row'], queryFn: () => getSim(id) });
  return (
    <p className="send-to">
      <span className="dim">To</span> {sim?.uniqueName && <strong className="break">{sim.uniqueName}</strong>}
      <span className="mono break">{sim?.iccid ?? ''}</span>
    </p>
  );
}

/** Said before, where it is known: a text that is bound to fail, or goes nowhere. */
function NoMessageCentre({ sim: id }: { sim: string }) {
  const may = useMay();
  const me = useMe();
  const sees = may('carriers.telecom.view') && me.actor.companyId === null;
  const sim = useQuery({ queryKey: ['sim', id, 'row'], queryFn: () => getSim(id), enabled: sees });
  const telecomId = sim.data?.telecom.id;
  const telecom = useQuery({
    queryKey: ['telecoms', 'one', telecomId],
    queryFn: () => getTelecom(telecomId ?? ''),
    enabled: telecomId !== undefined,
  });
  if (!telecom.data || telecom.data.carriesText) return null;
  const { name, messages } = telecom.data;
  return (
    <p className={`notice ${messages === 'none' ? 'notice-amber' : 'notice-blue'}`}>
      {messages === 'none'
        ? `${name} has no message centre: this text will fail.`
        : `${name} only counts texts: it will count as sent, and no device gets it.`}
    </p>
  );
}

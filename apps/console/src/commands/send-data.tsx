import { NumberInput, SegmentedControl, Textarea } from '@mantine/core';
import { sendIpCommand } from '../api/commands.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { SimSelect } from '../ui/sim-select.tsx';
import { bytesIn, longestDatagram } from './payload.ts';
import { inService } from './send-text.tsx';
import './commands.css';

/** One datagram to the address that a SIM's session has. */
export function SendData({ onClose }: { onClose: () => void }) {
  const send = useAction(sendIpCommand, {
    changes: ['data', 'sim'],
    done: 'The data is on its way.',
    onDone: onClose,
    quiet: true,
  });
  const { values, set, errors } = useForm(
    { sim: '', payload: '', payloadType: 'text' as 'text' | 'binary', devicePort: '' as number | '' },
    send.error,
  );
  const { payload, payloadType } = values;
  const bytes = bytesIn(payload, payloadType);
  const problem =
    bytes === null
      ? 'This is not base64.'
      : bytes > longestDatagram
        ? `${bytes - longestDatagram} bytes too many: a datagram holds ${longestDatagram}.`
        : null;
  const ready = values.sim !== '' && payload !== '' && problem === null && values.devicePort !== '';
  return (
    <Dialog
      title="Send data"
      submit="Send"
      busy={send.isPending}
      error={send.error}
      onSubmit={() => values.devicePort !== '' && send.mutate({ ...values, devicePort: values.devicePort })}
      onClose={onClose}
      disabled={!ready}
    >
      <SimSelect
        value={values.sim || null}
        onChange={(sim) => set('sim', sim ?? '')}
        among={inService}
        description="Active or ready, with an open session."
        error={errors.sim}
        data-autofocus
      />
      <NumberInput
        label="Port of the device"
        value={values.devicePort}
        onChange={(value) => set('devicePort', value === '' ? '' : Number(value))}
        error={errors.devicePort}
        min={1}
        max={65_535}
        allowDecimal={false}
        hideControls
        w={160}
      />
      <SegmentedControl
        aria-label="The data is"
        value={payloadType}
        onChange={(value) => set('payloadType', value as 'text' | 'binary')}
        data={[
          { value: 'text', label: 'Text (UTF-8)' },
          { value: 'binary', label: 'Bytes (base64)' },
        ]}
      />
      <Textarea
        label="Data"
        description={
          <span className="send-about">
            <span>One datagram.</span>
            <span className="send-count" data-over={(bytes ?? 0) > longestDatagram || undefined}>
              {bytes ?? '?'} / {longestDatagram} bytes
            </span>
          </span>
        }
        value={payload}
        onChange={(event) => set('payload', event.currentTarget.value)}
        error={problem ?? errors.payload}
        minRows={3}
        maxRows={8}
        autosize
        {...(payloadType === 'binary' && { classNames: { input: 'mono' } })}
      />
    </Dialog>
  );
}

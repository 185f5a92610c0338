import { PasswordInput, TextInput } from '@mantine/core';
import { type Accounting, changeAccounting, connectAccounting, disconnectAccounting } from '../api/accounting.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/form.tsx';
import type { AccountingDialog } from './accounting.tsx';

const changes = ['accounting'];
type Props = { accounting: Accounting; onClose: () => void };

/** What is asked when an accounting system is connected, changed or disconnected. */
export function AccountingDialogs({ dialog, ...props }: Props & { dialog: AccountingDialog }) {
  if (dialog === 'connect') return <Connect {...props} />;
  return dialog === 'from' ? <From {...props} /> : <Disconnect {...props} />;
}

function Connect({ accounting: { connection, returnUrl }, onClose }: Props) {
  const go = useAction(
    (app: { clientId: string; clientSecret: string }) =>
      connectAccounting(Object.fromEntries(Object.entries(app).filter(([, value]) => value !== ''))),
    { changes, onDone: ({ consentUrl }) => window.location.assign(consentUrl), quiet: true },
  );
  const { values, text } = useForm({ clientId: connection?.clientId ?? '', clientSecret: '' }, go.error);
  const app = { clientId: values.clientId.trim(), clientSecret: values.clientSecret.trim() };
  const known = connection?.clientId === app.clientId;
  return (
    <Dialog
      title="Connect Xero"
      submit="Go to Xero"
      busy={go.isPending}
      error={go.error}
      onSubmit={() => go.mutate(app)}
      onClose={onClose}
      disabled={app.clientId === '' || (!known && app.clientSecret === '')}
    >
      <p className="ink2">
        At Xero (developer.xero.com, My Apps) make an app of your own, a web app with this redirect URI, and bring its
        client id and secret. Then you choose there which books we are let into.
      </p>
      <p>
        <Copy text={returnUrl} label="redirect URI" />
      </p>
      <TextInput label="Client id" {...text('clientId')} autoComplete="off" data-autofocus />
      <PasswordInput
        label="Client secret"
        description={known ? 'Leave it empty to keep the one that is here.' : 'Sealed here, and never shown again.'}
        {...text('clientSecret')}
        autoComplete="off"
      />
    </Dialog>
  );
}

function From({ accounting: { connection }, onClose }: Props) {
  const save = useAction((pushFrom: string) => changeAccounting({ pushFrom }), {
    ...{ changes, done: 'What was issued since is being put in line.', onDone: onClose, quiet: true },
  });
  const { values, text } = useForm({ pushFrom: connection?.pushFrom ?? '' }, save.error);
  return (
    <Dialog
      title="From which day on"
      submit="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(values.pushFrom)}
      onClose={onClose}
      disabled={values.pushFrom === ''}
    >
      <p className="ink2">
        Documents issued from this day on are written, with what paid them, those of the past too. What is written
        already is not written twice, and a later day takes nothing back.
      </p>
      <TextInput label="First day" type="date" {...text('pushFrom')} data-autofocus />
    </Dialog>
  );
}

function Disconnect({ onClose }: Props) {
  const leave = useAction(() => disconnectAccounting(), {
    ...{ changes, done: 'It is being disconnected.', onDone: onClose, quiet: true },
  });
  return (
    <Dialog
      title="Disconnect Xero"
      submit="Disconnect"
      busy={leave.isPending}
      error={leave.error}
      onSubmit={() => leave.mutate(undefined)}
      onClose={onClose}
      danger
    >
      <p className="ink2">
        What lets us in is given back and forgotten. What was written stays in Xero; what waits is not written any more.
        Connected again later, documents are written from a day that you set: choose one after those that are there.
      </p>
    </Dialog>
  );
}
